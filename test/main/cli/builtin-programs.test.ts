// Programs for .qmail lines as processes of their own: the same calls as inside the host, some of each.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cases, usualEnv, usualMessage } from '../../core/local/programs/cases.ts';
import { command } from '../../support/command.ts';
import { initHome, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

interface Given {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly message?: string | undefined;
  /** What comes on standard input: a file, as in a .qmail line, or a pipe. */
  readonly from?: 'file' | 'pipe';
}

/** Runs it with a QMAILQUEUE that keeps what it gets. */
function call(t: TestContext, name: string, { args, env, message = usualMessage, from = 'file' }: Given) {
  const dir = tempDir(t);
  const queue = join(dir, 'queue');
  writeFileSync(queue, `#!/bin/sh\ncat > ${dir}/queued; cat <&1 > ${dir}/envelope\n`, { mode: 0o755 });
  for (const file of ['queued', 'envelope']) writeFileSync(join(dir, file), '');
  writeFileSync(join(dir, 'message'), message, 'latin1');
  const ended = spawnSync(process.execPath, [command, name, ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...usualEnv, ...env, QMAILQUEUE: queue },
    stdio: [from === 'file' ? openSync(join(dir, 'message'), 'r') : 'pipe', 'pipe', 'pipe'],
    input: message,
    encoding: 'latin1',
  });
  const read = (file: string) => readFileSync(join(dir, file), 'latin1');
  return {
    code: ended.status,
    says: (ended.stdout + ended.stderr).replace(/qp \d+/, 'qp N'),
    queued: [read('envelope'), read('queued')],
  };
}

const some: readonly [name: string, what: string][] = [
  ['forward', 'two addresses'],
  ['forward', 'no NEWSENDER'],
  ['condredirect', 'yes'],
  ['condredirect', 'output of the program'],
  ['condredirect', 'program that is not there'],
  ['bouncesaying', 'killed'],
  ['except', 'yes'],
  ['preline', 'all lines'],
  ['preline', "the program's exit code"],
  ['qreceipt', 'local.md 13'],
];
const all = process.env.WAYPOST_TEST_ALL_PROGRAMS !== undefined;
for (const [name, itsCases] of Object.entries(cases)) {
  for (const { what, args, env, message, code, says = '', queued = ['', ''] } of itsCases) {
    if (!all && !some.some(one => one[0] === name && one[1] === what)) continue;
    test(`${name} as a process: ${what} → ${code}`, t => {
      assert.deepEqual(call(t, name, { args, env, message }), { code, says, queued });
    });
  }
}

test('condredirect as a process: a message that comes through a pipe → 111, it cannot be read twice', t => {
  const { code, says } = call(t, 'condredirect', { args: ['a@b', 'cat'], from: 'pipe' });
  assert.deepEqual([code, says.split('\n')[3]], [111, 'condredirect: fatal: unable to rewind: invalid seek']);
});

test('preline as a process: a message that comes through a pipe → passed on', t => {
  const { code, says } = call(t, 'preline', { args: ['-frd', 'cat'], from: 'pipe' });
  assert.deepEqual([code, says], [0, usualMessage]);
});

test('forward as a process: in a home → queued there; without one → deferred', async t => {
  const dir = tempDir(t);
  const { home } = await initHome(dir, 'h.example', 'joe');
  const env = { NEWSENDER: 'joe@h', DTLINE: 'Delivered-To: joe@h\n', QMAILQUEUE: '' };
  const queued = await waypost(['forward', '--home', home, 'a@b.example'], { input: usualMessage, env });
  assert.match(queued.stderr, /^forward: qp \d+\n$/);
  assert.match((await waypost(['qmail-qstat', '--home', home])).stdout, /^messages in queue: 1\n/);
  mkdirSync(join(dir, 'empty'));
  const refused = await waypost(['forward', '--home', join(dir, 'empty'), 'a@b.example'], { input: usualMessage, env });
  assert.deepEqual([refused.code, refused.stderr.startsWith('forward: fatal: ')], [111, true]);
});
