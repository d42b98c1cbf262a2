// When a message is tried again: qmail-send's square law (queue.md section 5, vectors 7 and 11).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Channel } from '../../../../core/control/classify.ts';
import { nextTrySec } from '../../../../core/queue/run/retry-schedule.ts';

const bornSec = 1_795_252_463;

/** Offsets from the birth of a message. */
const retries: [vector: string, channel: Channel, ageSec: number, nextAgeSec: number][] = [
  ['7, stopped after a pass', 'remote', 20, 576],
  ['7, stopped after a pass', 'local', 20, 196],
  ['11', 'remote', 10_000, 14_400],
  ['11', 'local', 10, 169],
  ['section 5, born in the future', 'local', -5, 95],
];

for (const [vector, channel, ageSec, nextAgeSec] of retries) {
  test(`nextTrySec: queue.md ${vector}, ${channel} at ${ageSec} s → ${nextAgeSec} s after the birth`, () => {
    assert.equal(nextTrySec(bornSec, bornSec + ageSec, channel), bornSec + nextAgeSec);
  });
}

const lifetimeSec = 604_800;

/** The ages at which a message is tried that is always deferred, up to the last attempt. */
function offsets(channel: Channel): number[] {
  const ages = [0];
  for (;;) {
    const age = ages.at(-1) as number;
    if (age > lifetimeSec) return ages;
    ages.push(nextTrySec(0, age, channel));
  }
}

test('nextTrySec: queue.md section 5, every attempt until the queue lifetime is over → the squares of 10 and of 20', () => {
  const squares = (step: number, count: number) => Array.from({ length: count }, (_, k) => (step * k) ** 2);
  assert.deepEqual(offsets('local'), squares(10, 79));
  assert.deepEqual(offsets('remote'), squares(20, 40));
  assert.deepEqual(
    [offsets('local').slice(-2), offsets('remote').slice(-2)],
    [
      [592_900, 608_400],
      [577_600, 608_400],
    ],
  );
});

test('nextTrySec: any birth, any moment → later than the moment, and later for a remote recipient than for a local one', () => {
  const time = fc.integer({ min: 0, max: 4_000_000_000 });
  fc.assert(
    fc.property(time, time, (born, start) => {
      const [local, remote] = [nextTrySec(born, start, 'local'), nextTrySec(born, start, 'remote')];
      assert.ok(start < local && local < remote);
    }),
  );
});
