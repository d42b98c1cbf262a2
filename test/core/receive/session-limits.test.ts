import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace } from '../../../core/receive/session-limits.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

const timeoutMs = 10_000;
const hourMs = 3_600_000;

test('pace: a byte every nine seconds → too slow after ten', () => {
  const clock = steppedClock();
  const pace = createPace(clock, timeoutMs);
  const verdicts = [1, 2].map(() => {
    clock.pass(9000);
    return pace.bytes(1);
  });
  assert.deepEqual(verdicts, [false, true]);
});

for (const [what, move] of [
  ['a kilobyte', pace => void pace.bytes(1024)],
  ['a command', pace => void pace.command()],
  ['a message', pace => pace.message()],
  ['waiting for the host', pace => pace.waited()],
] as [string, (pace: ReturnType<typeof createPace>) => void][]) {
  test(`pace: ${what} → ten more seconds`, () => {
    const clock = steppedClock();
    const pace = createPace(clock, timeoutMs);
    clock.pass(9000);
    move(pace);
    clock.pass(9000);
    assert.equal(pace.bytes(1), false);
  });
}

test('pace: 1,000 commands without a message → enough; a message → 1,000 more', () => {
  const pace = createPace(steppedClock(), timeoutMs);
  const many = () => Array.from({ length: 1000 }, () => pace.command()).includes(true);
  assert.deepEqual([many(), pace.command()], [false, true]);
  pace.message();
  assert.deepEqual([many(), pace.command()], [false, true]);
});

test('pace: 2,000 recipients → are no talk; an hour of them without a message → enough', () => {
  const clock = steppedClock();
  const pace = createPace(clock, timeoutMs);
  assert.ok(!Array.from({ length: 2000 }, () => pace.command(false)).includes(true));
  clock.pass(hourMs + 1);
  assert.equal(pace.command(false), true);
});

test('pace: an hour without a message → enough', () => {
  const clock = steppedClock();
  const pace = createPace(clock, timeoutMs);
  clock.pass(hourMs);
  assert.equal(pace.command(), false);
  clock.pass(1);
  assert.equal(pace.command(), true);
});
