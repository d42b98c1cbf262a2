import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft } from '../../core/api/compose.ts';
import { ApiError } from '../../core/api/errors.ts';
import { createComposer } from '../../renderer/models/composer.ts';
import { createToasts } from '../../renderer/models/toasts.ts';
import { fakeApi } from './fake-api.ts';
import { fakeTimers, settled } from './fake-timers.ts';

const empty: Draft = { id: null, to: '', cc: '', bcc: '', subject: '', text: '', files: [], source: null };

function setUp(options: { saveFails?: () => boolean; sendFails?: () => boolean } = {}) {
  const timers = fakeTimers();
  const saves: Draft[] = [];
  const host = fakeApi({
    'compose.start': () => empty,
    'compose.open': ({ id }) => ({ ...(saves.at(-1) ?? empty), id }),
    'compose.discard': () => ({}),
    'compose.save': draft => {
      if (options.saveFails?.()) throw new ApiError('failed', 'The disk is full.');
      saves.push(draft);
      return { id: `Drafts/${saves.length}` };
    },
    'compose.send': () => {
      if (options.sendFails?.()) throw new ApiError('failed', 'The disk is full.');
      return { queued: 7, recipients: 1, sent: 'Sent/1' };
    },
  });
  const toasts = createToasts(timers);
  const composer = createComposer({ api: host.api, timers, toasts, showQueue: () => {} });
  return { composer, timers, saves, toasts, asked: host.asked };
}

test('composer: opened and closed untouched → nothing is saved', async () => {
  const { composer, saves } = setUp();
  await composer.start({ kind: 'new' });
  await composer.close();
  assert.deepEqual([composer.draft.value, saves.length], [undefined, 0]);
});

test('composer: typing → one save after a pause, the next one replaces it', async () => {
  const { composer, timers, saves } = setUp();
  await composer.start({ kind: 'new' });
  composer.set('text', 'H');
  await timers.pass(1_000);
  composer.set('text', 'Hello');
  await timers.pass(1_499);
  assert.equal(saves.length, 0);
  await timers.pass(1);
  assert.deepEqual(
    saves.map(draft => [draft.id, draft.text]),
    [[null, 'Hello']],
  );
  assert.deepEqual(composer.saving.value, { kind: 'saved', atMs: 2_500 });
  composer.set('subject', 'Berth');
  await timers.pass(1_500);
  assert.deepEqual(
    saves.map(draft => draft.id),
    [null, 'Drafts/1'],
  );
});

test('composer: the host cannot save → says why, tries again, loses nothing', async () => {
  let broken = true;
  const { composer, timers, saves } = setUp({ saveFails: () => broken });
  await composer.start({ kind: 'new' });
  composer.set('text', 'Hello');
  await timers.pass(1_500);
  assert.deepEqual(composer.saving.value, { kind: 'failed', why: 'The disk is full.' });
  await composer.close();
  assert.equal(composer.draft.value?.text, 'Hello', 'what cannot be kept is not closed');
  broken = false;
  await timers.pass(10_000);
  assert.equal(saves.at(-1)?.text, 'Hello');
});

test('composer: send → asks about what is missing, one thing at a time', async () => {
  const { composer, asked } = setUp();
  await composer.start({ kind: 'new' });
  composer.set('text', 'The plan is attached.');
  await composer.send();
  assert.deepEqual(composer.doubt.value, { kind: 'no-recipient' });
  await composer.send(true);
  assert.deepEqual(composer.doubt.value, { kind: 'no-recipient' }, 'nothing can be sent to nobody');
  composer.set('to', 'ines@shore.example');
  assert.equal(composer.doubt.value, undefined);
  await composer.send();
  assert.deepEqual(composer.doubt.value, { kind: 'forgot', word: 'attached' });
  await composer.attach([{ name: 'plan.txt', type: '', size: 2, base64: async () => 'aGk=' }]);
  await composer.send();
  assert.deepEqual(composer.doubt.value, { kind: 'no-subject' });
  await composer.send(true);
  assert.equal(composer.draft.value, undefined);
  const sent = asked.find(([method]) => method === 'compose.send')?.[1] as Draft;
  assert.deepEqual(sent.files, [{ name: 'plan.txt', type: 'application/octet-stream', base64: 'aGk=' }]);
});

test('composer: sending fails → the message stays open and is kept as a draft', async () => {
  const { composer, timers, saves, toasts } = setUp({ sendFails: () => true });
  await composer.start({ kind: 'new' });
  composer.set('to', 'ines@shore.example');
  composer.set('subject', 'Berth');
  await composer.send();
  assert.deepEqual([composer.sending.value, composer.draft.value?.subject], [false, 'Berth']);
  assert.equal(toasts.shown.value[0]?.text, 'The disk is full.');
  await timers.pass(1_500);
  assert.equal(saves.at(-1)?.subject, 'Berth');
});

test('composer: another message is begun → the first one is kept', async () => {
  const { composer, saves } = setUp();
  await composer.start({ kind: 'new' });
  composer.set('text', 'First');
  await composer.start({ kind: 'new' });
  assert.deepEqual([saves.at(-1)?.text, composer.draft.value?.text], ['First', '']);
});

test('composer: discard and undo → the draft is back, on disk too', async () => {
  const { composer, timers, saves, toasts, asked } = setUp();
  await composer.start({ kind: 'new' });
  composer.set('text', 'Hello');
  await timers.pass(1_500);
  await composer.discard();
  assert.deepEqual(asked.at(-1), ['compose.discard', { id: 'Drafts/1' }]);
  assert.equal(toasts.undo(), true);
  await settled();
  assert.equal(composer.draft.value?.text, 'Hello');
  assert.deepEqual([saves.length, saves.at(-1)?.id], [2, null]);
});

test('composer: more than the host takes in one frame → refused by name', async () => {
  const { composer, toasts } = setUp();
  await composer.start({ kind: 'new' });
  await composer.attach([{ name: 'film.mov', type: 'video/quicktime', size: 41_000_000, base64: async () => 'x' }]);
  assert.deepEqual(composer.draft.value?.files, []);
  assert.match(toasts.shown.value[0]?.text ?? '', /^film\.mov was not attached/);
});
