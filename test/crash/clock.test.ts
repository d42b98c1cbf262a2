// The clock jumps: by hours or years, forwards or backwards, or from 1970 to today. No message is lost, none is returned too
// early because of a jump backwards, none waits as long as the jump was, and the host has no busy loop.
import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectorySync } from '../../core/lib/disk/directory-sync.ts';
import { done, later, type Outcome } from '../../core/paper-path/outcome.ts';
import { createOutsideAccept } from '../../core/queue/intake/accept-from-outside.ts';
import { removeLeftovers } from '../../core/queue/recovery/cleanup.ts';
import { type CrashQueue, crashQueue } from '../support/crash-queue.ts';
import { steppedClock } from '../support/stepped-clock.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { destinations, openWorld } from './crash-home.ts';
import { isFull, seed } from './sample.ts';
import { drain, openStage } from './scenario-run.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;
/** In which a message that is new again is tried two times at least. */
const aWhile = isFull ? 2 * hour : 30 * minute;
const startMs = Date.UTC(2026, 10, 21);
const recipient = 'cy@far.example';
const envelope = { sender: 's@far.example', recipients: [recipient] };
/** Only messages and their bounces are counted here: a jump may also make a message late. */
const control = { delaynotice: '0' };
const busy = later('busy (#4.2.1)\n');

/** A queue whose one message was put off once; `tries` counts its attempts since. */
async function waitingOne(t: TestContext, bornMs = startMs) {
  const home = tempDir(t);
  const clock = steppedClock(bornMs);
  const state = { tries: 0, outcome: busy as Outcome };
  const outcome = (job: { recipient: string }) => {
    if (job.recipient !== recipient) return done('the bounce\n');
    state.tries++;
    return state.outcome;
  };
  const first = await crashQueue(t, home, { clock, outcome, control });
  await first.send(envelope, 'waits');
  await first.idle();
  state.tries = 0;
  const restart = async (queue: CrashQueue) => {
    await queue.queue.stop();
    return await crashQueue(t, home, { clock, outcome, control });
  };
  return { queue: first, clock, state, restart };
}

/** Minute by minute, with time for what is due in each. */
async function passSlowly(queue: CrashQueue, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += minute) {
    queue.clock.pass(minute);
    await queue.idle();
  }
}

const jumps: readonly [string, number][] = [
  ['an hour', hour],
  ['a day', day],
  ['a year', year],
  ['ten years', 10 * year],
];

for (const [name, ms] of jumps) {
  for (const restarted of [false, true]) {
    const where = restarted ? 'and the host starts again' : 'while the host runs';
    test(`clock: set back by ${name} ${where} → tried again in time, not failed, not too often`, async t => {
      const { queue, clock, state, restart } = await waitingOne(t);
      clock.set(startMs - ms);
      const running = restarted ? await restart(queue) : queue;
      await passSlowly(running, 8 * minute);
      assert.ok(state.tries >= 1, 'tried');
      await passSlowly(running, aWhile);
      assert.ok(state.tries >= 2 && state.tries <= 20, `${state.tries} attempts`);
      state.outcome = done('ok\n');
      clock.pass(2 * hour);
      await running.idle();
      assert.deepEqual(running.sorted(), [`remote ${recipient} waits`]);
    });

    test(`clock: set forward by ${name} ${where} → due at once, failed only for its age`, async t => {
      const { queue, clock, state, restart } = await waitingOne(t);
      clock.set(startMs + ms);
      const running = restarted ? await restart(queue) : queue;
      clock.pass(minute);
      await running.idle();
      assert.equal(state.tries, 1);
      const bounces = () => running.delivered.filter(({ what }) => what.includes(envelope.sender)).length;
      if (ms > 7 * day) await until('the bounce', () => bounces() === 1);
      else assert.equal(bounces(), 0);
    });
  }
}

test('clock: set back by a year and right again → a message that is six days old fails on its seventh, not before', async t => {
  const { queue, clock, state } = await waitingOne(t);
  clock.pass(6 * day);
  await queue.idle();
  clock.set(clock.nowMs() - year);
  clock.pass(hour);
  await queue.idle();
  clock.set(clock.nowMs() + year);
  clock.pass(hour);
  await queue.idle();
  assert.ok(state.tries > 1);
  assert.deepEqual(queue.sorted(), [], 'no bounce');
  clock.pass(2 * day);
  await until('the bounce', () => queue.sorted().length === 1);
});

for (const restarted of [false, true]) {
  test(`clock: starts in 1970 and is set ${restarted ? 'before the next start' : 'while the host runs'} → the message is as if it came then`, async t => {
    const { queue, clock, state, restart } = await waitingOne(t, 5000_000);
    clock.set(startMs);
    const running = restarted ? await restart(queue) : queue;
    await passSlowly(running, aWhile);
    assert.ok(state.tries >= 2 && state.tries <= 20, `${state.tries} attempts`);
    clock.pass(6 * day);
    await running.idle();
    assert.deepEqual(running.sorted(), [], 'not given up');
    clock.pass(2 * day);
    await until('the bounce after a week', () => running.sorted().length === 1);
  });
}

test('clock: every jump → the host does not spin', async t => {
  for (const [, ms] of jumps) {
    for (const by of [-ms, ms]) {
      const { queue, clock } = await waitingOne(t);
      let looks = 0;
      const { nowMs } = clock;
      clock.nowMs = () => {
        looks++;
        return nowMs();
      };
      clock.set(startMs + by);
      queue.queue.retry([]);
      await sleep(50);
      assert.ok(looks < 100, `${looks} looks at the clock after a jump by ${by} ms`);
      await queue.queue.stop();
    }
  }
});

test('clock: set forward by days while a program queues a message, and leftovers are cleaned up → told to try again', async t => {
  const { queue } = await waitingOne(t);
  const accept = createOutsideAccept({
    layout: queue.layout,
    clock: queue.clock,
    syncDirectory: createDirectorySync(),
    nextQp: () => 4711,
    queued: () => assert.fail('nothing is queued'),
  });
  async function* slow() {
    yield Buffer.from('Subject: half\n\n');
    const daysLaterSec = Date.now() / 1000 + 5 * 86_400;
    removeLeftovers(queue.layout, daysLaterSec, new Set());
    yield Buffer.from('the rest\n');
  }
  const accepted = await accept(slow(), envelope, 'network');
  assert.deepEqual([accepted.ok, accepted.ok || accepted.permanent], [false, false]);
});

test('clock: leftovers are cleaned up after a jump → a message that only the journal knows keeps its file', async t => {
  const { queue, clock, state } = await waitingOne(t);
  state.outcome = busy;
  let end: ((outcome: Outcome) => void) | undefined;
  const home = tempDir(t);
  const other = await crashQueue(t, home, { clock, outcome: () => new Promise(resolve => (end = resolve)) });
  const id = await other.send(envelope, 'large', 'x'.repeat(200_000));
  utimesSync(other.layout.mess(id), 1000, 1000);
  await until('the delivery', () => end);
  clock.pass(2 * day);
  end?.(done('ok\n'));
  await until('the end', () => other.lines.includes(`end msg ${id}`));
  assert.deepEqual(other.sorted(), [`remote ${recipient} large`]);
  await queue.idle();
});

test('clock: a real host, set again between all messages → everything arrives once, or is returned as too old', async t => {
  const world = await openWorld(t, tempDir(t));
  const host = await world.serve({ hurry: 50 });
  const stage = openStage(world, host, 'with a wild clock');
  const wild = [-20 * year, -year, -day, -hour, hour, day, 2 * day, -56 * year, 0, 3 * hour];
  const recipients = ['alice@here.example', 'alice-later@here.example', 'away@far.example', 'slow@busy.example'];
  const sender = 'alice-sender@here.example';
  world.setBusy(true);
  for (const at of wild.keys()) {
    await stage.smtp(`jump${at}`, { sender, recipients });
    await host.setClock(wild[(at + seed) % wild.length] ?? 0);
    host.child.kill('SIGALRM');
  }
  await host.setClock(0);
  await drain(world, host);
  const arrived = world.arrived().map(({ label, place }) => `${label} in ${place}`);
  assert.deepEqual(
    arrived.filter((key, at) => arrived.indexOf(key) !== at),
    [],
    'there twice',
  );
  for (const { label, envelope } of stage.promised) {
    const missing = destinations(envelope).filter(place => !arrived.includes(`${label} in ${place}`));
    if (missing.length > 0) assert.ok(arrived.includes(`${label} in Bounces`), `${label} is lost: ${missing}`);
  }
  t.diagnostic(
    `clock: ${wild.length} jumps, ${stage.promised.length} messages, ${arrived.length} arrivals, 0 lost; seed ${seed}`,
  );
  assert.equal(await host.stop(), 0);
});
