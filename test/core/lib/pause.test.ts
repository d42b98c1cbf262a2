// A pause that ends when its time is over, or its work is stopped.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { pause } from '../../../core/lib/pause.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

test('pause: time passes, or the work is stopped → it ends, and nothing stays on the signal', async () => {
  const clock = steppedClock(0);
  const stopper = new AbortController();
  const listeners = () => getEventListeners(stopper.signal, 'abort').length;
  const first = pause(clock, 1000, stopper.signal);
  assert.equal(listeners(), 1);
  clock.pass(1000);
  await first;
  assert.equal(listeners(), 0);
  const second = pause(clock, 1000, stopper.signal);
  stopper.abort();
  await second;
  assert.equal(listeners(), 0);
  await pause(clock, 1000, stopper.signal);
});
