// The sender is told that mail is late: when, of whom, once; and what a kill changes of that.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { done, type Failure, later, type Outcome } from '../../../../core/paper-path/outcome.ts';
import { openGate } from '../../../../core/paper-path/remote-gate.ts';
import type { DeliveryJob } from '../../../../core/paper-path/shapes.ts';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { createDelays } from '../../../../core/queue/notices/delays.ts';
import { DueTimes } from '../../../../core/queue/store/due-times.ts';
import { storeInFiles } from '../../../../core/queue/store/in-files.ts';
import { type CrashOptions, copyHome, crashQueue } from '../../../support/crash-queue.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const hourMs = 3_600_000;
const busy = later('Connected to 192.0.2.1 but sender was rejected. (#4.7.0)\n', '4.7.0');
const subject = 'delay notice: your message waits';

/** Mail to far.x waits, all other is delivered. */
const farIsBusy = ({ recipient }: DeliveryJob): Outcome => (recipient.endsWith('@far.x') ? busy : done('ok\n'));

async function waiting(t: TestContext, options: CrashOptions = {}, home = tempDir(t)) {
  const rig = await crashQueue(t, home, { outcome: farIsBusy, ...options });
  return {
    ...rig,
    notices: () => rig.delivered.filter(({ what }) => what.endsWith(subject)),
    async hours(count: number) {
      await rig.idle();
      rig.clock.pass(count * hourMs);
      await rig.idle();
    },
    async told(count = 1) {
      await until('the notice', () => rig.delivered.filter(({ what }) => what.endsWith(subject)).length === count);
    },
  };
}

const mail = { sender: 'joe@here.example', recipients: ['a@far.x', 'b@far.x', 'c@near.x'] };

test('delay notice: an attempt fails after four hours → one notice of both that wait, and none after it', async t => {
  const { send, hours, told, notices, lines, layout, queue } = await waiting(t);
  const id = await send(mail, 'hello');
  await hours(3);
  assert.deepEqual(notices(), []);
  await hours(2);
  await told();
  await hours(20);
  await hours(20);
  const [notice, ...others] = notices();
  assert.deepEqual(others, []);
  assert.equal(notice?.what, `local joe@here.example ${subject}`);
  assert.deepEqual(notice?.text.match(/^(Final-Recipient|Status): .*/gm), [
    'Final-Recipient: rfc822; a@far.x',
    'Status: 4.7.0',
    'Final-Recipient: rfc822; b@far.x',
    'Status: 4.7.0',
  ]);
  assert.match(notice?.text ?? '', /<a@far\.x>:\nConnected to 192\.0\.2\.1 but sender was rejected\. \(#4\.7\.0\)\n/);
  assert.equal(lines.filter(line => line.startsWith(`delay msg ${id} qp `)).length, 1);
  assert.deepEqual(readdirSync(layout.delayedDir), [String(id)]);
  const [row] = [...queue.rows(0, 10)];
  assert.deepEqual(
    row?.recipients.map(({ address, told }) => [address, told]),
    [
      ['a@far.x', true],
      ['b@far.x', true],
      ['c@near.x', undefined],
    ],
  );
});

test('delay notice: the message ends → its file is removed', async t => {
  let isBusy = true;
  const outcome = (job: DeliveryJob) => (isBusy ? farIsBusy(job) : done('ok\n'));
  const { send, hours, told, layout } = await waiting(t, { outcome });
  await send(mail, 'hello');
  await hours(5);
  await told();
  await until('the mark', () => readdirSync(layout.delayedDir).length === 1);
  isBusy = false;
  await hours(24);
  await until('its end', () => readdirSync(layout.delayedDir).length === 0);
});

test('delay notice: mail waits here and at another host → a notice for each channel', async t => {
  const outcome = ({ recipient }: DeliveryJob) => (/^[ab]@/.test(recipient) ? busy : done('ok\n'));
  const { send, hours, told, notices } = await waiting(t, { outcome });
  await send({ sender: 'joe@near.x', recipients: ['a@far.x', 'b@here.example'] }, 'hello');
  await hours(5);
  await told(2);
  await hours(20);
  const named = notices().flatMap(({ text }) => text.match(/^Final-Recipient: .*/gm) ?? []);
  assert.deepEqual(named.sort(), ['Final-Recipient: rfc822; a@far.x', 'Final-Recipient: rfc822; b@here.example']);
});

const silent: readonly (readonly [what: string, sender: string, control?: Readonly<Record<string, string>>])[] = [
  ['a bounce', ''],
  ['a double bounce', '#@[]'],
  ['control/delaynotice is 0', 'joe@here.example', { delaynotice: '0' }],
  ['control/delaynotice is longer', 'joe@here.example', { delaynotice: '360000' }],
];

for (const [what, sender, control] of silent) {
  test(`delay notice: ${what} → none`, async t => {
    const { send, hours, notices } = await waiting(t, control && { control });
    await send({ ...mail, sender }, 'hello');
    await hours(5);
    await hours(20);
    assert.deepEqual(notices(), []);
  });
}

/** The part alone, with a queue that refuses as it is told. */
function delaysWith(t: TestContext, refuses: () => boolean) {
  const layout = queueLayout(tempDir(t));
  makeQueueDirs(layout);
  const message = { id: 7, bornSec: 0, sizeBytes: 1, channels: new DueTimes(), store: storeInFiles(layout) };
  const told: string[] = [];
  const warnings: string[] = [];
  const ended = Promise.withResolvers<void>();
  const delays = createDelays(
    {
      layout,
      control: () => writeControl(join(layout.root, '..')),
      clock: steppedClock(),
      gate: openGate,
      async accept(_, { recipients }) {
        if (refuses()) return { ok: false, code: 53, permanent: false, text: 'qq write error or disk full (#4.3.0)' };
        told.push(recipients.join());
        return { ok: true, id: 8, qp: 1 };
      },
      syncDirectory: async () => undefined,
      queued: { all: new Map([[7, message]]) },
      log: { delayed: () => undefined, warning: text => void warnings.push(text) },
    },
    () => ended.resolve(),
  );
  async function pass(): Promise<void> {
    const late = delays.begin({ message, channel: 'remote', sender: 'joe@x', birthSec: 0, startSec: 20_000 });
    late.add('a@far.x', busy as Failure, undefined);
    late.tell();
    await until('its end', () => delays.underWay === 0);
  }
  return { layout, told, warnings, pass };
}

test('delays: the queue does not take the notice → a warning, and the next pass tells', async t => {
  let isFull = true;
  const { told, warnings, pass } = delaysWith(t, () => isFull);
  await pass();
  isFull = false;
  await pass();
  await pass();
  assert.deepEqual(told, ['joe@x']);
  assert.match(warnings.join(), /^the sender of message 7 could not be told of its delay: qq write error/);
});

test('delays: the disk does not take the mark → a warning, and no other notice', async t => {
  const { layout, told, warnings, pass } = delaysWith(t, () => false);
  rmSync(layout.delayedDir, { recursive: true });
  await pass();
  await pass();
  assert.deepEqual([told, warnings.length], [['joe@x'], 1]);
});

test('delay notice: killed at any step → the message waits, and the notice comes once or twice in all', async t => {
  const first = await waiting(t);
  const id = await first.send(mail, 'hello');
  await first.idle();
  first.clock.pass(4 * hourMs);
  const copies = [{ home: copyHome(t, first.home), before: 0 }];
  const copy = () => void copies.push({ home: copyHome(t, first.home), before: first.notices().length });
  while (!existsSync(first.layout.delayed(id)) && copies.length < 60) {
    await turn();
    copy();
  }
  await first.told();
  await first.idle();
  copy();
  const chosen = copies.filter((_, at) => at % 4 === 0 || at >= copies.length - 4);
  const totals: number[] = [];
  for (const { home, before } of chosen) {
    const next = await waiting(t, { clock: first.clock }, home);
    await next.hours(10);
    await next.hours(10);
    await next.hours(10);
    totals.push(before + next.notices().length);
    assert.equal([...next.queue.rows(0, 10)].length, 1);
    await next.queue.stop();
  }
  assert.ok(
    totals.every(total => total === 1 || total === 2),
    totals.join(),
  );
  assert.equal(totals.at(-1), 1);
});
