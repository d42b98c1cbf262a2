// Actions on queued messages: what is asked first, what can be undone, and what is said when they come too late.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, refusal } from '../../../../core/api/errors.ts';
import type { QueueChange, QueueRecipient, QueueRow } from '../../../../core/api/queue.ts';
import { createQueueActions } from '../../../../renderer/models/queue/queue-actions.ts';
import { createToasts } from '../../../../renderer/models/toasts.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakeTimers } from '../../support/fake-timers.ts';

const recipient: QueueRecipient = {
  record: 0,
  address: 'a@x',
  channel: 'remote',
  state: 'waiting',
  tries: 0,
  said: '',
  status: null,
  answer: null,
  held: false,
};
const bornMs = 1_000_000;
const row: QueueRow = {
  id: 7,
  sender: 'joe@x',
  recipients: [recipient, { ...recipient, address: 'b@x' }],
  more: 0,
  sizeBytes: 1,
  bornMs,
  nextTryMs: 1,
  held: false,
};
const partlyHeld = { ...row, recipients: [recipient, { ...recipient, address: 'b@x', held: true }] };

function model(answer: QueueChange | ApiError) {
  const reply = () => {
    if (answer instanceof ApiError) throw answer;
    return answer;
  };
  const { api, asked } = fakeApi({
    'queue.hold': reply,
    'queue.release': reply,
    'queue.bounce': reply,
    'queue.remove': reply,
    'queue.view': reply as never,
  });
  const toasts = createToasts(fakeTimers());
  let reloads = 0;
  const actions = createQueueActions(api, toasts, () => reloads++);
  const said = () => toasts.shown.value.map(toast => `${toast.text}${toast.action ? ' [undo]' : ''}`);
  return { actions, asked, toasts, said, reloads: () => reloads };
}

test('queue actions: hold → undone by releasing the same; but not when somebody was held before', async () => {
  const { actions, asked, toasts, said } = model({ changed: 1, busy: 1 });
  await actions.hold(row);
  assert.deepEqual(said(), ['Held for 1 recipient. 1 is being tried now and will be held after that [undo]']);
  toasts.undo();
  await actions.hold(partlyHeld);
  await actions.release(partlyHeld, recipient);
  assert.deepEqual(asked, [
    ['queue.hold', { ids: [7], bornMs }],
    ['queue.release', { ids: [7], bornMs }],
    ['queue.hold', { ids: [7], bornMs }],
    ['queue.release', { ids: [7], bornMs, recipient: { address: 'a@x', channel: 'remote' } }],
  ]);
  assert.deepEqual(said(), [
    'Held for 1 recipient. 1 is being tried now and will be held after that',
    'Released for 2 recipients [undo]',
  ]);
});

test('queue actions: giving up → asked first; no means nothing, yes is done once', async () => {
  const { actions, asked, said, reloads } = model({ changed: 2, busy: 1 });
  actions.ask('remove', row);
  await actions.answer(false);
  await actions.answer(true);
  assert.deepEqual([asked, actions.question.value], [[], undefined]);
  actions.ask('remove', row);
  await actions.answer(true);
  actions.ask('bounce', row, recipient);
  await actions.answer(true);
  assert.deepEqual(asked, [
    ['queue.remove', { ids: [7], bornMs }],
    ['queue.bounce', { ids: [7], bornMs, recipient: { address: 'a@x', channel: 'remote' } }],
  ]);
  assert.deepEqual(said(), [
    'Deleted for 2 recipients. 1 is being tried now and was not changed',
    'Returned to the sender for 2 recipients. 1 is being tried now and was not changed',
  ]);
  assert.equal(reloads(), 2);
});

test('queue actions: nobody left, or the message has gone → told so, and looked at again', async () => {
  const nobody = model({ changed: 0, busy: 0 });
  await nobody.actions.hold(row);
  assert.deepEqual([nobody.said(), nobody.reloads()], [['No recipients left to change'], 1]);
  const gone = model(refusal('message-not-queued', { id: 7 }));
  await gone.actions.release(row);
  await gone.actions.view(row);
  assert.deepEqual([gone.said(), gone.actions.message.value], [['Message 7 is not in the queue.'], undefined]);
});

test('queue actions: a message that is slow to come → not shown when another was asked for meanwhile, or none', async () => {
  const answers: ((seen: { text: string; cut: boolean }) => void)[] = [];
  const { api } = fakeApi({ 'queue.view': () => new Promise(resolve => answers.push(resolve)) });
  const actions = createQueueActions(api, createToasts(fakeTimers()), () => undefined);
  const first = actions.view(row);
  const second = actions.view({ ...row, id: 8 });
  answers[1]?.({ text: 'eight', cut: false });
  await second;
  answers[0]?.({ text: 'seven', cut: false });
  await first;
  assert.deepEqual([actions.message.value?.id, actions.message.value?.text], [8, 'eight']);
  const third = actions.view(row);
  actions.closeMessage();
  answers[2]?.({ text: 'seven', cut: true });
  await third;
  assert.equal(actions.message.value, undefined);
});
