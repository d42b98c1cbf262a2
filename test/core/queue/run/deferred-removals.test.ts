// Removing the files of finished messages waits while there is other work, but not for long, nor in much memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferredRemovals } from '../../../../core/queue/run/deferred-removals.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

function begin() {
  const clock = steppedClock(0);
  const state = { busy: true };
  const done: number[] = [];
  const tidying = createDeferredRemovals({ clock, isBusy: () => state.busy });
  const ask = (...numbers: number[]) => {
    for (const number of numbers) tidying.later(() => void done.push(number));
  };
  return { clock, state, done, tidying, ask };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve));
}

test('removals: not busy → at once', () => {
  const { state, done, ask } = begin();
  state.busy = false;
  ask(1, 2);
  assert.deepEqual(done, [1, 2]);
});

test('removals: busy → when there is time, in the order in which they were asked for', async () => {
  const { clock, state, done, ask } = begin();
  ask(...Array.from({ length: 120 }, (_, i) => i));
  clock.pass(1000);
  await turns(3);
  assert.deepEqual(done, []);
  state.busy = false;
  ask(120); // Not before those that wait.
  assert.deepEqual(done, []);
  clock.pass(50);
  await turns(5);
  assert.deepEqual(
    done,
    Array.from({ length: 121 }, (_, i) => i),
  );
});

test('removals: busy for ten seconds → not later than that', async () => {
  const { clock, done, ask } = begin();
  ask(1);
  clock.pass(5000);
  ask(2);
  clock.pass(5000);
  await turns(3);
  assert.deepEqual(done, [1]);
});

test('removals: more than 16 MB in memory → as many as exceed that', async () => {
  const { clock, done, tidying } = begin();
  for (let n = 0; n < 3; n++) tidying.later(() => void done.push(n), 8 * 1024 * 1024);
  tidying.later(() => void done.push(3));
  clock.pass(50);
  await turns(5);
  assert.deepEqual(done, [0]);
});

test('removals: the end → everything at once, also what comes later', () => {
  const { done, tidying, ask } = begin();
  ask(1, 2);
  tidying.finish();
  ask(3);
  assert.deepEqual(done, [1, 2, 3]);
});
