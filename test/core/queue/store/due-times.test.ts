// The due times of a message's channels behave as a Map would.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Channel } from '../../../../core/control/classify.ts';
import { type DueTime, DueTimes } from '../../../../core/queue/store/due-times.ts';

const step = fc.record({
  channel: fc.constantFrom<Channel>('local', 'remote'),
  time: fc.oneof(fc.nat(), fc.constant<DueTime>('now'), fc.constant('gone' as const)),
});

test('channel times: any changes → what a Map would hold', () => {
  fc.assert(
    fc.property(fc.array(step), steps => {
      const times = new DueTimes();
      const map = new Map<Channel, DueTime>();
      for (const { channel, time } of steps) {
        if (time === 'gone') {
          times.delete(channel);
          map.delete(channel);
        } else {
          times.set(channel, time);
          map.set(channel, time);
        }
        assert.deepEqual(new Map(times), map);
        assert.deepEqual(
          [times.size, new Set(times.keys()), new Set(times.values())],
          [map.size, new Set(map.keys()), new Set(map.values())],
        );
        assert.equal(times.get(channel), map.get(channel));
      }
    }),
  );
});
