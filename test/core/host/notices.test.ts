// Events for front ends: what announces a changed state is looked at only for somebody, and its number counts all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../../core/api/errors.ts';
import { announceNames, createNotices } from '../../../core/host/notices.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

test('notices: nobody listens → no look; who listens then sees a gap in the numbers, and is told of the next change', () => {
  const clock = steppedClock();
  const notices = createNotices(clock);
  const told: Notice[] = [];
  let looks = 0;
  const change = () => {
    notices.soon('links.changed', () => ({ names: [`look ${++looks}`] }));
    clock.pass(100);
  };
  const stop = notices.listen(notice => told.push(notice));
  change();
  stop();
  change();
  notices.listen(notice => told.push(notice));
  change();
  assert.deepEqual(told, [
    { seq: 1, event: 'links.changed', data: { names: ['look 1'] } },
    { seq: 3, event: 'links.changed', data: { names: ['look 2'] } },
  ]);
});

test('notices: several links change soon after one another → one event with each name once; later ones → another', () => {
  const clock = steppedClock();
  const notices = createNotices(clock);
  const told: unknown[] = [];
  notices.listen(({ data }) => told.push(data));
  const changed = announceNames(notices, 'links.changed');
  for (const name of ['radio', 'modem', 'radio']) changed(name);
  clock.pass(100);
  changed('modem');
  clock.pass(100);
  assert.deepEqual(told, [{ names: ['radio', 'modem'] }, { names: ['modem'] }]);
});
