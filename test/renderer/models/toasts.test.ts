// The undo key takes back the last thing that can be undone, for some minutes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createToasts } from '../../../renderer/models/toasts.ts';
import { fakeTimers } from '../support/fake-timers.ts';

function setUp() {
  const timers = fakeTimers();
  const toasts = createToasts(timers);
  const undone: string[] = [];
  return {
    timers,
    toasts,
    undone,
    do: (what: string) => toasts.did(what, () => void undone.push(what)),
    shown: () => toasts.shown.value.map(toast => toast.text),
  };
}

test('toasts: other notices with a button after it → z undoes what can be undone, one after the other', () => {
  const { toasts, undone, do: act } = setUp();
  act('archived');
  act('flagged');
  toasts.show('queued', { label: 'Show queue', run: () => assert.fail('z is no button') });
  for (let n = 0; n < 5; n++) toasts.show(`notice ${n}`);
  assert.deepEqual([toasts.undo(), toasts.undo(), toasts.undo(), undone], [true, true, false, ['flagged', 'archived']]);
});

test('toasts: its notice has gone → z says what it undoes; after some minutes it undoes nothing', async () => {
  const { timers, toasts, undone, do: act, shown } = setUp();
  act('archived');
  await timers.pass(60_000);
  assert.deepEqual(shown(), []);
  assert.equal(toasts.undo(), true);
  assert.deepEqual([undone, shown()], [['archived'], ['Undone: archived']]);
  act('moved');
  await timers.pass(600_000);
  assert.deepEqual([toasts.undo(), undone], [false, ['archived']]);
});

test('toasts: undone by its button → z undoes the one before', () => {
  const { toasts, undone, do: act, shown } = setUp();
  act('one');
  act('two');
  toasts.shown.value.at(-1)?.action?.run();
  assert.deepEqual([undone, shown()], [['two'], ['one']]);
  toasts.undo();
  assert.deepEqual([undone, shown()], [['two', 'one'], []]);
});
