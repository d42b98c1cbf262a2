// How slow, how long and how talkative a client's session may be without a message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessionLimits } from '../../../core/receive/fruitless-session.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

const timeoutMs = 10_000;
const hourMs = 3_600_000;

test('session limits: a byte every nine seconds → too slow after ten', () => {
  const clock = steppedClock();
  const limits = createSessionLimits(clock, timeoutMs);
  const verdicts = [1, 2].map(() => {
    clock.pass(9000);
    return limits.bytes(1);
  });
  assert.deepEqual(verdicts, [false, true]);
});

for (const [what, move] of [
  ['a kilobyte', limits => void limits.bytes(1024)],
  ['a command', limits => void limits.command()],
  ['a message', limits => limits.message()],
  ['waiting for the host', limits => limits.waited()],
] as [string, (limits: ReturnType<typeof createSessionLimits>) => void][]) {
  test(`session limits: ${what} → ten more seconds`, () => {
    const clock = steppedClock();
    const limits = createSessionLimits(clock, timeoutMs);
    clock.pass(9000);
    move(limits);
    clock.pass(9000);
    assert.equal(limits.bytes(1), false);
  });
}

test('session limits: 1,000 commands without a message → over; a message → 1,000 more', () => {
  const limits = createSessionLimits(steppedClock(), timeoutMs);
  const many = () => Array.from({ length: 1000 }, () => limits.command()).includes(true);
  assert.deepEqual([many(), limits.command()], [false, true]);
  limits.message();
  assert.deepEqual([many(), limits.command()], [false, true]);
});

test('session limits: 2,000 recipients → do not count; an hour of them without a message → over', () => {
  const clock = steppedClock();
  const limits = createSessionLimits(clock, timeoutMs);
  assert.ok(!Array.from({ length: 2000 }, () => limits.command(false)).includes(true));
  clock.pass(hourMs + 1);
  assert.equal(limits.command(false), true);
});

test('session limits: an hour without a message → over', () => {
  const clock = steppedClock();
  const limits = createSessionLimits(clock, timeoutMs);
  clock.pass(hourMs);
  assert.equal(limits.command(), false);
  clock.pass(1);
  assert.equal(limits.command(), true);
});
