// A stop at any moment: what was accepted before is in qmail's files, and the rest is refused.
import assert from 'node:assert/strict';
import { closeSync, existsSync, fstatSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { later, type Outcome } from '../../../../core/paper-path/outcome.ts';
import { queueLayout } from '../../../../core/queue/files/layout.ts';
import { listQueue } from '../../../../core/queue/owner/qread.ts';
import { startQueue } from '../../../support/queue-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const toOne = { sender: 'joe@here.example', recipients: ['fred@here.example'] };

/** A disk that takes its time, so that much can happen during the last checkpoint. */
const slowSync = () => sleep(10);

/** The messages of a stopped queue. */
function idsOf(home: string): number[] {
  return [...listQueue(home)].flatMap(line => /#(\d+)/.exec(line)?.[1] ?? []).map(Number);
}

test('stop: messages sent at any moment during it → accepted and waiting, or refused', async t => {
  let accepted = 0;
  let refused = 0;
  for (let turns = 0; turns < 30; turns++) {
    const home = tempDir(t);
    const { queue } = await startQueue(t, home, () => later('busy (#4.2.1)\n'), { syncFileSystem: slowSync });
    const handIn = () => queue.accept([Buffer.from('Subject: hello\n\nHi.\n')], toOne, 'network');
    const answers = [handIn()];
    const stopped = queue.stop();
    for (let i = 0; i < turns; i++) {
      answers.push(handIn());
      await turn();
    }
    await stopped;
    answers.push(handIn());
    const ids = (await Promise.all(answers)).flatMap(answer => (answer.ok ? answer.id : []));
    assert.deepEqual(
      idsOf(home).sort(),
      ids.sort(),
      `handed in ${turns + 2} times, a turn of the event loop between each`,
    );
    accepted += ids.length;
    refused += answers.length - ids.length;
  }
  assert.ok(accepted > 30 && refused > 30, `${accepted} accepted, ${refused} refused`);
});

test('stop: at once after a start that finds messages without recipients → their bounces are queued, or still to come', async t => {
  for (let turns = 0; turns < 20; turns++) {
    const home = tempDir(t);
    const layout = queueLayout(home);
    const first = await startQueue(t, home, () => later('busy (#4.2.1)\n'));
    const ids = await Promise.all(Array.from({ length: 10 }, () => first.send(toOne)));
    await first.queue.stop();
    for (const id of ids.slice(5)) {
      // As a kill leaves it that came when the last recipient had failed.
      rmSync(layout.local(id));
      writeFileSync(layout.bounce(id), '<fred@here.example>:\nno (#5.1.1)\n\n');
    }
    const second = await startQueue(t, home, () => later('busy (#4.2.1)\n'), { syncFileSystem: slowSync });
    for (let i = 0; i < turns; i++) await turn();
    await second.queue.stop();
    const what = `${turns} turns after the start:\n${second.lines.join('\n')}`;
    assert.equal(idsOf(home).length, 10, what);
    assert.deepEqual(readdirSync(layout.journalDir), [], what);
  }
});

test('stop: while the owner holds a message → the stop waits until it is held; later orders are refused', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  const { queue, send, logged } = await startQueue(t, home, () => later('busy (#4.2.1)\n'), {
    syncFileSystem: async () => undefined,
  });
  const id = await send(toOne);
  await logged(/^delivery 1: deferral/);
  const held = queue.operator['queue.hold']({ ids: [id] });
  await queue.stop();
  assert.ok(existsSync(layout.held(id)));
  assert.deepEqual(await held, { changed: 1, busy: 0 });
  await assert.rejects(queue.operator['queue.release']({ ids: [id] }), { kind: 'failed' });
  assert.ok(existsSync(layout.held(id)));
});

test('stop: a retry after the stop, with a message half done → open files of others stay open', async t => {
  const home = tempDir(t);
  const toTwo = { sender: 'joe@here.example', recipients: ['fred@here.example', 'ines@here.example'] };
  const first = await startQueue(t, home, () => later('busy (#4.2.1)\n'));
  await first.send(toTwo);
  await first.queue.stop();
  let answer: (outcome: Outcome) => void = () => undefined;
  const outcome = () => new Promise<Outcome>(resolve => (answer = resolve));
  const { queue, logged } = await startQueue(t, home, outcome, { control: { concurrencylocal: '1' } });
  queue.retry();
  await logged(/^starting delivery/);
  const stopped = queue.stop();
  answer(later('busy (#4.2.1)\n'));
  await stopped;
  // They get the numbers of those that the queue has closed.
  const others = Array.from({ length: 20 }, () => openSync(import.meta.filename, 'r'));
  queue.retry();
  await turn();
  await turn();
  for (const fd of others) {
    assert.ok(fstatSync(fd).isFile());
    closeSync(fd);
  }
});
