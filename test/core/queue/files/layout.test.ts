// Where the files of a message are, and which names are numbers (queue.md section 1, vector 9).
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { done, later } from '../../../../core/paper-path/outcome.ts';
import { makeQueueDirs, messageNumber, queueLayout } from '../../../../core/queue/files/layout.ts';
import { openQueueForInjection } from '../../../../core/queue/intake/inject-from-outside.ts';
import { countQueue, listQueue } from '../../../../core/queue/owner/qread.ts';
import { queueFiles, startQueue, writeControl } from '../../../support/queue-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('queueLayout: queue.md 9, message 2187270 → its split and its flat files', () => {
  const { mess, info, local, remote, todo, intd, bounce } = queueLayout('/q');
  assert.deepEqual(
    [mess, info, local, remote, todo, intd, bounce].map(path => path(2_187_270)),
    [
      '/q/queue/mess/16/2187270',
      '/q/queue/info/16/2187270',
      '/q/queue/local/16/2187270',
      '/q/queue/remote/16/2187270',
      '/q/queue/todo/2187270',
      '/q/queue/intd/2187270',
      '/q/queue/bounce/2187270',
    ],
  );
});

test('messageNumber: digits → the number; anything else → no message', () => {
  const names = ['2187270', '1', '0', '017', '', '12x', '-1', '.', '9'.repeat(17)];
  assert.deepEqual(names.map(messageNumber), [2_187_270, 1, ...Array(7).fill(undefined)]);
});

/** A queue as a qmail with this conf-split would have made it. */
function makeQueue(home: string, split: number, splitsTodo: boolean): void {
  const kinds = ['mess', 'info', 'local', 'remote', ...(splitsTodo ? ['todo', 'intd'] : [])];
  for (const kind of ['pid', 'todo', 'intd', 'bounce', 'lock'])
    mkdirSync(join(home, 'queue', kind), { recursive: true });
  for (const kind of kinds)
    for (let at = 0; at < split; at++) mkdirSync(join(home, 'queue', kind, String(at)), { recursive: true });
}

for (const splitsTodo of [false, true]) {
  for (const split of [1, 7, 151]) {
    const what = `conf-split ${split}${splitsTodo ? ', big-todo' : ''}`;
    test(`queue: ${what} → messages of qmail and of its qmail-queue are taken over, and no other directory is created`, async t => {
      const home = tempDir(t);
      writeControl(home);
      makeQueue(home, split, splitsTodo);
      const [waiting, queued] = [split * 1000 + 3, split * 1000 + 5];
      const at = (kind: string, id: number) => join(home, 'queue', kind, String(id % split), String(id));
      const todoAt = (kind: string, id: number) => (splitsTodo ? at(kind, id) : join(home, 'queue', kind, String(id)));
      writeFileSync(at('mess', waiting), 'Subject: waits\n\n');
      writeFileSync(at('info', waiting), 'Fjoe@far.example\0');
      writeFileSync(at('remote', waiting), 'Tbob@far.example\0');
      writeFileSync(at('mess', queued), 'Subject: queued\n\n');
      for (const kind of ['intd', 'todo'])
        writeFileSync(todoAt(kind, queued), 'u1\0p2\0Fjoe@far.example\0Tann@here.example\0');
      const program = await openQueueForInjection(home)(
        [Buffer.from('\n')],
        { sender: '', recipients: ['x@here.example'] },
        { uid: 0 },
      );
      assert.ok(program.ok);
      assert.ok(statSync(todoAt('todo', program.id)).isFile());
      assert.deepEqual(countQueue(home), { messages: 3, unprocessed: 2 });
      assert.equal([...listQueue(home)].length, 2);

      const { queue, jobs, logged, lines } = await startQueue(t, home, ({ recipient }) =>
        recipient === 'x@here.example' ? later('busy\n') : done('ok\n'),
      );
      queue.retry();
      await logged(/deferral/);
      while (lines.filter(line => line.startsWith('end msg')).length < 2)
        await new Promise(resolve => setTimeout(resolve, 5));
      await queue.stop();
      assert.deepEqual(
        new Set(jobs.map(({ recipient }) => recipient)),
        new Set(['bob@far.example', 'ann@here.example', 'x@here.example']),
      );
      const dir = (kind: string) => `${kind}/${program.id % split}/${program.id}`;
      const files = queueFiles(home).filter(name => !/^(pid|lock)/.test(name));
      assert.deepEqual(files, [dir('info'), dir('local'), dir('mess')]);
      for (const kind of ['mess', 'info', 'local', 'remote'])
        assert.equal(readdirSync(join(home, 'queue', kind)).length, split);
    });
  }
}

test('makeQueueDirs: a queue that was made by halves, or lost directories → 23 of each', t => {
  const home = tempDir(t);
  makeQueueDirs(queueLayout(home));
  for (const at of [0, 1, 2]) rmSync(join(home, 'queue', 'mess', String(at)), { recursive: true });
  for (const kind of ['info', 'local', 'remote']) rmSync(join(home, 'queue', kind), { recursive: true });
  makeQueueDirs(queueLayout(home));
  rmSync(join(home, 'queue', 'mess', '11'), { recursive: true });
  makeQueueDirs(queueLayout(home));
  for (const kind of ['mess', 'info', 'local', 'remote'])
    assert.equal(readdirSync(join(home, 'queue', kind)).length, 23);
});

test('makeQueueDirs: only the first directories of some kinds are left → 23 of each, for what is in the others', t => {
  for (const kinds of [['mess'], ['mess', 'info', 'local']]) {
    const home = tempDir(t);
    for (const kind of kinds)
      for (let at = 0; at < 5; at++) mkdirSync(join(home, 'queue', kind, String(at)), { recursive: true });
    makeQueueDirs(queueLayout(home));
    assert.equal(queueLayout(home).split, 23);
  }
});

test('queue: touch -d on info while the host runs → the message expires at its next attempt, or lives on', async t => {
  const home = tempDir(t);
  const { queue, lines, logged, send } = await startQueue(t, home, () => later('busy\n'), {
    control: { queuelifetime: '1000\n' },
  });
  const layout = queueLayout(home);
  const old = await send({ sender: '', recipients: ['bob@far.example'] });
  const other = await send({ sender: '', recipients: ['bea@far.example'] });
  const deferrals = () => lines.filter(line => /: deferral:/.test(line)).length;
  while (deferrals() < 2) await new Promise(resolve => setTimeout(resolve, 5));
  const agoSec = Date.now() / 1000 - 2000;
  utimesSync(layout.info(old), agoSec, agoSec);
  queue.retry();
  await logged(/failure: busy\/I'm_not_going_to_try_again/);
  await logged(new RegExp(`^bounce msg ${old}`));
  while (deferrals() < 3) await new Promise(resolve => setTimeout(resolve, 5));
  assert.ok(queue.waiting.has(other));
  assert.equal(lines.filter(line => /: failure:/.test(line)).length, 1);
});

test('queue: concurrency above 255 → so many deliveries at the same time, if open files allow it', async t => {
  const ends: (() => void)[] = [];
  const waits = () => new Promise<ReturnType<typeof done>>(resolve => ends.push(() => resolve(done('ok\n'))));
  const rig = await startQueue(t, tempDir(t), waits, { control: { concurrencyremote: '300\n' } });
  const recipients = Array.from({ length: 310 }, (_, at) => `r${at}@far.example`);
  const most = rig.queue.summary({ delivered: 0, deferred: 0, failed: 0 }).limit.remote;
  await rig.send({ sender: 'a@here.example', recipients });
  while (ends.length < most) await new Promise(resolve => setTimeout(resolve, 5));
  for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setTimeout(resolve, 5));
  assert.equal(ends.length, most);
  for (let ended = 0; ended < recipients.length; ) {
    for (const end of ends.splice(0)) {
      end();
      ended++;
    }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  await rig.logged(/^end msg/);
});
