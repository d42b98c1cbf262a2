// Why recipients have failed, as fields: from the reply to the notification, over restarts and crashes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { done, later, type Outcome } from '../../../../core/paper-path/outcome.ts';
import { readFailures } from '../../../../core/queue/files/failures.ts';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { copyHome, crashQueue } from '../../../support/crash-queue.ts';
import { queueFiles, startQueue } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const noUser = { code: 550, words: '5.1.1 who?', host: 'mx.far.x', ip: '192.0.2.1' };
const refusal: Outcome = { kind: 'never', status: '5.1.1', text: 'no such user\n', answer: noUser };
const deferral: Outcome = { kind: 'later', status: '4.7.1', text: 'busy\n', answer: { code: 451, words: 'busy' } };

/** What the queue's notification says of each recipient. */
function recipientBlocks(notice: string): string[] {
  return [...notice.matchAll(/^Final-Recipient: rfc822; (\S+)\n[\s\S]*?\n(?=\n)/gm)].map(([block]) => block);
}

test('queue: fields of a reply, over restarts, until the message is too old → in the notification as they were', async t => {
  const home = tempDir(t);
  const control = { bounceformat: 'dsn', queuelifetime: '100000' };
  const far = { sender: 'joe@here.example', recipients: ['gone@far.x', 'slow@far.x'] };
  const first = await startQueue(t, home, job => (job.recipient === 'gone@far.x' ? refusal : deferral), { control });
  const id = await first.send(far);
  await first.logged(/^delivery \d: deferral/);
  await first.logged(/^delivery \d: failure/);
  await first.queue.stop();
  const clock = steppedClock(Date.now() + 200_000_000);
  const sent: string[] = [];
  const outcome: Parameters<typeof startQueue>[2] = job => {
    if (job.sender === '') sent.push(job.raw ? Buffer.from(job.raw).toString('latin1') : '');
    return job.sender === '' ? done('') : deferral;
  };
  const second = await startQueue(t, home, outcome, { control, clock });
  await second.logged(new RegExp(`^end msg ${id}`));
  await until('the notification', () => sent.length > 0);
  await second.queue.stop();
  assert.deepEqual(recipientBlocks(sent[0] ?? ''), [
    'Final-Recipient: rfc822; gone@far.x\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.far.x\nDiagnostic-Code: smtp; 550 5.1.1 who?\n',
    'Final-Recipient: rfc822; slow@far.x\nAction: failed\nStatus: 4.7.1\nDiagnostic-Code: smtp; 451 busy\n',
  ]);
  assert.deepEqual(queueFiles(home), []);
});

test('queue: too old without a reason that has a code → 4.4.7', async t => {
  const control = { bounceformat: 'dsn', queuelifetime: '0' };
  const clock = steppedClock(Date.now());
  const sent: string[] = [];
  const { queue, send, logged } = await startQueue(
    t,
    tempDir(t),
    job => {
      if (job.sender !== '') return later('no answer\n');
      sent.push(Buffer.from(job.raw ?? []).toString('latin1'));
      return done('');
    },
    { control, clock },
  );
  await send({ sender: 'joe@here.example', recipients: ['r@far.x'] });
  await logged(/^delivery \d: deferral/);
  clock.pass(2_000_000);
  await logged(/^bounce msg/);
  await until('the notification', () => sent.length > 0);
  await queue.stop();
  assert.match(sent[0] ?? '', /\nStatus: 4\.4\.7\nDiagnostic-Code: X-Qmail; no answer\n {2}I'm not going/);
});

for (const [what, harm] of [
  ['as it was', () => undefined],
  ['failures/N is gone', (path: string) => rmSync(path)],
  ['failures/N ends in half a line', (path: string) => truncateSync(path, statSync(path).size - 9)],
] as const) {
  test(`queue: kill -9 after a failure, ${what} → the fields are restored from the journal, once`, async t => {
    const first = await crashQueue(t, tempDir(t), {
      outcome: job => (job.recipient === 'gone@far.x' ? refusal : deferral),
    });
    const id = await first.send({ sender: 'joe@here.example', recipients: ['gone@far.x', 'slow@far.x'] }, 'x');
    await first.idle();
    const home = copyHome(t, first.home);
    harm(queueLayout(home).failures(id));
    const again = await crashQueue(t, home, { outcome: () => deferral });
    await again.queue.stop();
    const bornSec = Math.floor(statSync(again.layout.info(id)).mtimeMs / 1000);
    const reader = readFailures(again.layout.failures(id), bornSec);
    assert.deepEqual(await reader.at(0), { status: '5.1.1', answer: noUser });
    assert.equal(readFileSync(again.layout.failures(id), 'latin1').match(/5\.1\.1 who/g)?.length, 1);
    assert.equal(await readFailures(again.layout.failures(id), bornSec + 1).at(0), undefined, 'of another message');
  });
}

test('queue: failures/N of a message that qmail-send has finished → removed by the cleanup', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  writeFileSync(layout.failures(7), '{}\n');
  const { queue } = await startQueue(t, home);
  await queue.stop();
  assert.equal(existsSync(layout.failures(7)), false);
});
