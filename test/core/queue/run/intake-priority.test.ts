// While clients submit mail, deliveries start late or slowly; without them, at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIntakePriority } from '../../../../core/queue/run/intake-priority.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

const all = Number.POSITIVE_INFINITY;
const startSec = 1_700_000_000;

test('intake priority: no client was active → everything that is due may be delivered', () => {
  const rush = createIntakePriority(steppedClock(startSec * 1000));
  assert.deepEqual(rush.turn(), { untilSec: startSec, most: all });
});

test('intake priority: a client was active since the last turn → only what has waited for two seconds; then a few in every turn', () => {
  const clock = steppedClock(startSec * 1000);
  const rush = createIntakePriority(clock);
  for (let n = 0; n < 3; n++) {
    rush.heard();
    assert.deepEqual(rush.turn(), { untilSec: startSec - 2, most: all });
    assert.deepEqual(rush.turn(), { untilSec: startSec, most: 4 });
    clock.pass(10);
  }
});

test('intake priority: silence for a twentieth of a second → everything', () => {
  const clock = steppedClock(startSec * 1000);
  const rush = createIntakePriority(clock);
  rush.heard();
  rush.turn();
  clock.pass(49);
  assert.equal(rush.turn().most, 4);
  clock.pass(1);
  assert.equal(rush.turn().most, all);
});

test('intake priority: more than 16 MB in two seconds → deliveries make room, until the messages are older than that', () => {
  const clock = steppedClock(startSec * 1000);
  const rush = createIntakePriority(clock);
  const held = () => {
    rush.heard();
    return rush.turn().untilSec < Math.floor(clock.nowMs() / 1000);
  };
  rush.arrived(8 * 1024 * 1024);
  assert.ok(held());
  clock.pass(1000);
  rush.arrived(8 * 1024 * 1024 + 1);
  assert.ok(!held());
  clock.pass(1000);
  assert.ok(held());
});
