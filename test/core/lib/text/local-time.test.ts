// Times for people: in the zone of the process, to the second or the minute, with zeros in front.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localMinute, localSecond } from '../../../../core/lib/text/local-time.ts';

test('local time: a morning in January → two digits each', () => {
  const ms = new Date(2026, 0, 2, 3, 4, 5, 999).getTime();
  assert.deepEqual([localSecond(ms), localMinute(ms)], ['2026-01-02 03:04:05', '2026-01-02 03:04']);
});
