// The links place with a played host: what is shown, what each action asks, and the editor of link files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinksModel } from '../../../../renderer/models/links/links.ts';
import { createToasts } from '../../../../renderer/models/toasts.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakeTimers, settled } from '../../support/fake-timers.ts';
import { message, type PlayedLink, playLinks, progress, status } from '../../support/played-links.ts';

const verbs = [
  ...['list', 'waiting', 'history', 'file', 'check', 'words', 'save', 'remove', 'exchange', 'stop', 'offline', 'order'],
  ...['drop', 'bounce', 'test', 'transcript'],
] as const;

function link(name: string, part: Partial<PlayedLink> = {}): PlayedLink {
  return {
    status: status(name),
    waiting: [],
    contacts: [],
    file: `carries ${name}.example\nserver 10.0.0.1\n`,
    ...part,
  };
}

async function place(...links: readonly PlayedLink[]) {
  const played = playLinks(links);
  const answers = Object.fromEntries(
    verbs.map(verb => [`links.${verb}`, (request: unknown) => played.play(`links.${verb}`, request)]),
  );
  const { api, asked, tell } = fakeApi(answers as never);
  const timers = fakeTimers();
  const toasts = createToasts(timers);
  const model = createLinksModel(api, timers, toasts);
  const stop = model.watch();
  await timers.pass(1_000);
  const said = () => toasts.shown.value.map(toast => `${toast.text}${toast.action ? ' [undo]' : ''}`);
  const ids = () => [...model.waiting.rows.value.values()].map(({ id }) => id);
  return { model, played, asked, tell, timers, toasts, said, ids, stop };
}

test('links: the host has some → the first is shown with what waits; another is chosen → its own', async () => {
  const { model, ids, timers } = await place(
    link('radio', { waiting: [message('a'), message('b')] }),
    link('sat', { waiting: [message('c')] }),
  );
  assert.deepEqual([model.name.value, model.view.value, ids()], ['radio', 'waiting', ['a', 'b']]);
  model.choose('sat');
  assert.deepEqual(ids(), []);
  await timers.pass(1_000);
  assert.deepEqual([model.current.value?.name, ids()], ['sat', ['c']]);
});

test('links: put first, hold, send now → the host does it; undo → each message is as it was before', async () => {
  const held = message('b', { order: 'held' });
  const { model, played, toasts, said, timers, ids } = await place(
    link('radio', { waiting: [message('a', { bytes: 9 }), held] }),
  );
  const both = [...model.waiting.rows.value.values()];
  await model.actions.order('radio', both, 'first');
  assert.deepEqual(said(), ['2 messages go before the others [undo]']);
  await timers.pass(1_000);
  assert.deepEqual(ids(), ['a', 'b']);
  toasts.undo();
  await timers.pass(1_000);
  assert.deepEqual(
    played.all.get('radio')?.waiting.map(each => [each.id, each.order]),
    [
      ['a', 'usual'],
      ['b', 'held'],
    ],
  );
});

test('links: drop and return → asked first; no means nothing, yes is done once, and what is gone is not selected', async () => {
  const { model, played, said, timers, ids } = await place(
    link('radio', { waiting: [message('a'), message('b'), message('c')] }),
  );
  const [a, b] = [...model.waiting.rows.value.values()];
  assert.ok(a && b);
  model.waiting.toggle(a);
  model.waiting.toggle(b);
  model.actions.ask('drop', 'radio', [...model.waiting.selected.value.values()]);
  await model.actions.answer(false);
  await model.actions.answer(true);
  assert.deepEqual(played.done, []);
  model.actions.ask('drop', 'radio', [a, b]);
  await model.actions.answer(true);
  await timers.pass(1_000);
  assert.deepEqual([ids(), model.waiting.selected.value.size, said()], [['c'], 0, ['2 messages dropped']]);
  assert.deepEqual(played.done, [['drop', { name: 'radio', ids: ['a', 'b'] }]]);
});

test('links: what waits is long → the rows around those in sight are fetched, and others when they come into sight', async () => {
  const all = Array.from({ length: 2_000 }, (_, at) => message(String(at).padStart(4, '0')));
  const { model, asked, timers } = await place(link('radio', { waiting: all }));
  const fetched = () => [...model.waiting.rows.value.keys()];
  assert.deepEqual([model.waiting.total.value, fetched().length < 300], [2_000, true]);
  model.waiting.want(1_500, 1_510);
  await settled();
  assert.equal(model.waiting.rows.value.get(1_505)?.id, '1505');
  const before = asked.length;
  model.waiting.want(1_520, 1_530);
  await timers.pass(0);
  assert.equal(asked.length, before);
});

test('links: a contact runs → its progress is asked for each second while on screen, and not afterwards', async () => {
  const { played, asked, timers, stop } = await place(
    link('radio', { status: status('radio', { progress: progress() }) }),
  );
  const lists = () => asked.filter(([method]) => method === 'links.list').length;
  const before = lists();
  await timers.pass(5_000);
  assert.ok(lists() >= before + 3);
  const radio = played.all.get('radio');
  if (radio) radio.status = { ...radio.status, progress: null };
  await timers.pass(3_000);
  const quiet = lists();
  await timers.pass(10_000);
  stop();
  assert.equal(lists(), quiet);
});

test('links: stay offline → undone by the same switch', async () => {
  const { model, played, toasts, said, timers } = await place(link('radio'));
  await model.actions.setOffline('radio', true);
  assert.deepEqual(said(), ['radio stays offline until you switch it on again [undo]']);
  toasts.undo();
  await timers.pass(1_000);
  assert.equal(played.all.get('radio')?.status.offline, false);
});

test('link editor: the form and the text → one follows the other; problems come with their lines; saved as it is', async () => {
  const { model, played, timers, said } = await place(link('radio'));
  const { editor } = model;
  model.showView('file');
  await timers.pass(1_000);
  editor.set('protocol', ['qmtp']);
  assert.equal(editor.current.value, 'carries radio.example\nserver 10.0.0.1\nprotocol qmtp\n');
  editor.edit('carries radio.example\nserver 10.0.0.1\nprotocol pigeon\n');
  await timers.pass(300);
  assert.deepEqual(editor.problems.value, [{ line: 3, text: 'protocol: it is smtp or qmtp' }]);
  editor.set('protocol', []);
  assert.equal(editor.changed.value, false);
  editor.set('currency', ['EUR']);
  await editor.save();
  assert.deepEqual([editor.changed.value, said()], [false, ['control/links/radio saved']]);
  assert.equal(played.all.get('radio')?.file, 'carries radio.example\nserver 10.0.0.1\ncurrency EUR\n');
});

test('link editor: the file was written elsewhere meanwhile → asked before it is lost; either can be kept', async () => {
  const { model, played, timers } = await place(link('radio'));
  const { editor } = model;
  model.showView('file');
  await timers.pass(1_000);
  const radio = played.all.get('radio');
  assert.ok(radio);
  editor.edit('server 10.0.0.2\n');
  radio.file = 'server 10.0.0.3\n';
  await editor.save();
  assert.deepEqual([editor.conflict.value, radio.file], [true, 'server 10.0.0.3\n']);
  editor.loadTheirs();
  assert.deepEqual([editor.conflict.value, editor.current.value], [false, 'server 10.0.0.3\n']);
  editor.edit('server 10.0.0.4\n');
  radio.file = 'server 10.0.0.5\n';
  await editor.save();
  await editor.keepMine();
  assert.deepEqual([editor.conflict.value, played.all.get('radio')?.file], [false, 'server 10.0.0.4\n']);
});

test('link editor: a new link → only a name that the host takes; saved it is a link, removed and undone it is back', async () => {
  const { model, played, timers, toasts } = await place();
  assert.deepEqual(model.names.value, []);
  assert.equal(model.add('Ham-Radio'), 'Use up to 32 small letters, digits and _.');
  assert.equal(model.add('radio'), undefined);
  assert.equal(model.add('radio'), 'There is already a link with this name.');
  assert.deepEqual([model.name.value, model.view.value, model.current.value], ['radio', 'file', undefined]);
  model.editor.edit('carries a.example\nserver 10.0.0.1\n');
  await model.editor.save();
  await timers.pass(1_000);
  assert.deepEqual([model.current.value?.name, model.editor.isFresh.value], ['radio', false]);
  await model.editor.remove();
  await timers.pass(1_000);
  assert.deepEqual(model.names.value, []);
  toasts.undo();
  await timers.pass(1_000);
  assert.equal(played.all.get('radio')?.file, 'carries a.example\nserver 10.0.0.1\n');
});
