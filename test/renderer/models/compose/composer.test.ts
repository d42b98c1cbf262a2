// The composer saves by itself, sends once and loses no words, while the host or the page goes away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft } from '../../../../core/api/compose.ts';
import { refusal } from '../../../../core/api/errors.ts';
import { text } from '../../../../renderer/text/en.ts';
import { empty, methods, setUpComposer as setUp, slowCalls } from '../../support/composer.ts';
import { fakeLocks, fakeStorage } from '../../support/fake-storage.ts';
import { settled } from '../../support/fake-timers.ts';

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
  assert.deepEqual(composer.blocker.value, { kind: 'no-recipient' });
  await composer.send(true);
  assert.deepEqual(composer.blocker.value, { kind: 'no-recipient' }, 'nothing can be sent without a recipient');
  composer.set('to', 'ines@shore.example');
  assert.equal(composer.blocker.value, undefined);
  await composer.send();
  assert.deepEqual(composer.blocker.value, { kind: 'forgot', word: 'attached' });
  await composer.attach([{ name: 'plan.txt', type: '', size: 2, base64: async () => 'aGk=' }]);
  await composer.send();
  assert.deepEqual(composer.blocker.value, { kind: 'no-subject' });
  await composer.send(true);
  assert.equal(composer.draft.value, undefined);
  const sent = asked.find(([method]) => method === 'compose.send')?.[1] as Draft;
  assert.deepEqual(sent.files, [{ name: 'plan.txt', type: 'application/octet-stream', base64: 'aGk=' }]);
});

test('composer: a name without a host → the address is asked about, and the answer sends it', async () => {
  const guesses = [{ typed: 'jo', address: 'jo@here.example' }];
  const { composer, asked } = setUp({ guesses });
  await composer.start({ kind: 'new' });
  composer.set('to', 'jo');
  composer.set('subject', 'Berth');
  await composer.send();
  assert.deepEqual([composer.blocker.value, composer.sending.value], [{ kind: 'guessed', guesses }, false]);
  await composer.send(true);
  assert.equal(composer.draft.value, undefined);
  const sent = asked.findLast(([method]) => method === 'compose.send')?.[1] as { agreed: string[] };
  assert.deepEqual(sent.agreed, ['jo@here.example']);
});

test('composer: its draft is deleted from the list → saved and closed before, no second one is made', async () => {
  const { composer, timers, saves } = setUp();
  await composer.start({ kind: 'new' });
  composer.set('text', 'Hello');
  await timers.pass(1_500);
  composer.set('text', 'Hello you');
  assert.deepEqual(await composer.closeDraftAmong(['INBOX/1']), ['INBOX/1']);
  assert.equal(composer.draft.value?.text, 'Hello you');
  assert.deepEqual(await composer.closeDraftAmong(['INBOX/1', 'Drafts/1']), ['INBOX/1', 'Drafts/2']);
  assert.equal(composer.draft.value, undefined);
  await timers.pass(60_000);
  assert.deepEqual(
    saves.map(({ text }) => text),
    ['Hello', 'Hello you'],
  );
});

test('composer: the answer of Send is lost → “may have been sent”, no second Send; the host is asked until it answers', async () => {
  for (const queued of [true, false]) {
    let away = true;
    const { composer, timers, toasts, asked } = setUp({
      lost: () => refusal('mail-unanswered', {}),
      look: () => {
        if (away) throw refusal('mail-unavailable', { how: 'it is not ready yet' });
        return { queued };
      },
    });
    await composer.start({ kind: 'new' });
    composer.set('to', 'ines@shore.example');
    composer.set('subject', 'Berth');
    await composer.send();
    assert.deepEqual([composer.blocker.value, composer.sending.value], [{ kind: 'maybe-sent' }, true]);
    await composer.send(true);
    await timers.pass(10_000);
    assert.deepEqual(composer.blocker.value, { kind: 'maybe-sent' });
    away = false;
    await timers.pass(2_000);
    assert.deepEqual(
      [composer.draft.value === undefined, composer.sending.value, toasts.shown.value.at(-1)?.text],
      [queued, false, queued ? text.did.wasSent : text.did.wasNotSent],
    );
    assert.equal(asked.filter(([method]) => method === 'compose.send').length, 1);
    assert.deepEqual(asked.findLast(([method]) => method === 'compose.look')?.[1], { messageId: '<1@here.example>' });
  }
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

test('composer: another message is started → the first one is saved', async () => {
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

test('composer: the page goes while the host is down → the next page has the words, and they are saved when it is back', async () => {
  let down = true;
  const [storage, locks] = [fakeStorage(), fakeLocks()];
  const first = setUp({ storage, locks, saveFails: () => down });
  await first.composer.start({ kind: 'new' });
  first.composer.set('text', 'Hello');
  await first.timers.pass(200);
  first.composer.set('subject', 'Berth');
  first.composer.keep();
  await settled();
  locks.gone('one');

  const second = setUp({ storage, locks, page: 'two', saveFails: () => down });
  await second.composer.recover();
  const { subject, text: words } = second.composer.draft.value ?? empty;
  assert.deepEqual([subject, words, second.composer.shown.value], ['Berth', 'Hello', true]);
  down = false;
  await second.timers.pass(10_000);
  assert.deepEqual([second.saves.length, second.saves[0]?.text, storage.names()], [1, 'Hello', []]);
});

test('composer: saved, sent or discarded → nothing stays in the browser', async () => {
  const ends = {
    saved: async ({ timers }: ReturnType<typeof setUp>) => timers.pass(2_000),
    sent: async ({ composer }: ReturnType<typeof setUp>) => composer.send(true),
    discarded: async ({ composer }: ReturnType<typeof setUp>) => composer.discard(),
  };
  for (const [name, end] of Object.entries(ends)) {
    const made = setUp();
    await made.composer.start({ kind: 'new' });
    made.composer.set('to', 'ines@shore.example');
    made.composer.set('subject', 'Berth');
    await made.timers.pass(200);
    assert.equal(made.storage.names().length, 1, name);
    await end(made);
    await made.timers.pass(1_000);
    assert.deepEqual(made.storage.names(), [], name);
  }
});

test('composer: one page is open, several are gone → the open one keeps its draft, the newest other one opens, the rest is saved in Drafts', async () => {
  const [storage, locks] = [fakeStorage(), fakeLocks()];
  for (const [n, page] of ['alive', 'older', 'newest'].entries()) {
    const { composer, timers } = setUp({ storage, locks, page, saveFails: () => true });
    await timers.pass(n * 1_000);
    await composer.start({ kind: 'new' });
    composer.set('text', page);
    await timers.pass(200);
  }
  locks.gone('older');
  locks.gone('newest');
  const { composer, saves, timers } = setUp({ storage, locks, page: 'now' });
  await composer.recover();
  assert.deepEqual([composer.draft.value?.text, saves.map(draft => draft.text)], ['newest', ['older']]);
  await timers.pass(2_000);
  assert.equal(saves.at(-1)?.text, 'newest');
  assert.deepEqual(
    storage.names().map(name => name.split('.')[2]),
    ['alive'],
  );
});

test('composer: files that do not fit → the words are kept, as a new draft that replaces none', async () => {
  const [storage, locks] = [fakeStorage(), fakeLocks()];
  const first = setUp({ storage, locks });
  await first.composer.open('Drafts/7');
  await first.composer.attach([{ name: 'a.bin', type: '', size: 900_000, base64: async () => 'A'.repeat(1_200_000) }]);
  first.composer.set('text', 'See the file');
  await first.timers.pass(200);
  locks.gone('one');
  const second = setUp({ storage, locks, page: 'two' });
  await second.composer.recover();
  assert.deepEqual(second.composer.draft.value, { ...empty, text: 'See the file' });
  assert.match(second.toasts.shown.value[0]?.text ?? '', /without its attachments/);
});

test('composer: storage that is full or switched off → writing goes on', async () => {
  const storage = fakeStorage();
  storage.setItem = () => {
    throw new Error('full');
  };
  const { composer, timers, saves } = setUp({ storage });
  await composer.start({ kind: 'new' });
  composer.set('text', 'Hello');
  await timers.pass(1_500);
  assert.equal(saves.length, 1);
});

test('composer: discarded while a save is under way → the draft that the save made is deleted, not the one before', async () => {
  const slow = slowCalls();
  const { composer, timers, asked } = setUp({ saveEnds: slow.wait });
  await composer.start({ kind: 'new' });
  composer.set('text', 'Hello');
  await timers.pass(1_500);
  assert.equal(slow.started(), 1);
  const discarded = composer.discard();
  await settled();
  assert.deepEqual(methods(asked), ['compose.start', 'compose.save'], 'there is no id to discard yet');
  await slow.end(0);
  await discarded;
  await timers.pass(60_000);
  assert.deepEqual(asked.at(-1), ['compose.discard', { id: 'Drafts/1' }]);
  assert.deepEqual([composer.draft.value, slow.started()], [undefined, 1]);
});

test('composer: sent while a save is under way → sent after it, with the id of what it saved, and never saved again', async () => {
  const slow = slowCalls();
  const { composer, timers, asked } = setUp({ saveEnds: slow.wait });
  await composer.start({ kind: 'new' });
  composer.set('to', 'ines@shore.example');
  composer.set('subject', 'Berth');
  await timers.pass(1_500);
  composer.set('text', 'Hello');
  const sent = composer.send();
  await timers.pass(5_000);
  assert.deepEqual(methods(asked), ['compose.start', 'compose.save']);
  await slow.end(0);
  await sent;
  await timers.pass(60_000);
  assert.deepEqual(methods(asked), ['compose.start', 'compose.save', 'compose.send']);
  const [, last] = asked.at(-1) ?? [];
  const { id, text: words } = (last ?? empty) as Draft;
  assert.deepEqual([id, words, slow.started()], ['Drafts/1', 'Hello', 1]);
});

test('composer: closed while one save is under way and another waits → stays open until the last words are saved', async () => {
  const slow = slowCalls();
  let broken = false;
  const { composer, timers, saves } = setUp({ saveEnds: slow.wait, saveFails: () => broken });
  await composer.start({ kind: 'new' });
  composer.set('text', 'Hello');
  await timers.pass(1_500);
  composer.set('text', 'Hello you');
  await timers.pass(1_500);
  const closed = composer.close();
  await slow.end(0);
  broken = true;
  await slow.end(1);
  await slow.end(2);
  await closed;
  assert.equal(composer.draft.value?.text, 'Hello you', 'what could not be saved is not closed');
  assert.deepEqual(
    saves.map(({ text }) => text),
    ['Hello'],
  );
});
