// What root's parent knows of the processes that it has started, including those that leave processes behind.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { createRunningChildren } from '../../../core/privsep/running-children.ts';

function shell(t: TestContext, script: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  t.after(() => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // No process of the group is left.
    }
  });
  return child;
}

test('started: a process ends, and a child of it keeps its standard error open → its end is reported', async t => {
  const started = createRunningChildren();
  const child = shell(t, 'echo why >&2; sleep 300 & exit 3');
  const ending = await new Promise(resolve =>
    started.add(
      1,
      { child, asked: false },
      () => {},
      ended => resolve(ended),
    ),
  );
  assert.deepEqual(ending, { how: 'it ended with exit code 3 (why)', code: 3, said: 'why\n' });
  assert.equal(started.size(), 0);
});

test('started: a program that is not there → told once', async () => {
  const started = createRunningChildren();
  const child = spawn('/nonexistent', { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended: string[] = [];
  const told = new Promise<void>(resolve => {
    started.add(
      1,
      { child, asked: false },
      () => ended.push('started'),
      ({ how }) => resolve(void ended.push(how)),
    );
  });
  await Promise.all([told, new Promise(resolve => child.once('close', resolve))]);
  assert.deepEqual(ended, ['spawn /nonexistent ENOENT']);
  assert.equal(started.size(), 0);
});

for (const [what, script, how] of [
  [
    'it ends by itself',
    "trap 'echo bye >&2; exit 4' TERM; echo ready; while :; do sleep 0.1; done",
    'it ended with exit code 4 (bye)',
  ],
  ['it does not → it is killed', "trap '' TERM; echo ready; while :; do sleep 0.1; done", 'it was killed by SIGKILL'],
] as const) {
  test(`started: one that is asked to end first; ${what}`, async t => {
    const started = createRunningChildren();
    const child = shell(t, script);
    const told = new Promise<string>(resolve => {
      started.add(
        1,
        { child, asked: true },
        () => {},
        ended => resolve(ended.how),
      );
    });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    await started.killAll();
    assert.equal(await told, how);
  });
}
