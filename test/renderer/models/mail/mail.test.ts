// Flags, moves and selections are shown at once, undone exactly, and taken back when the host refuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signal } from '@preact/signals';
import { refusal } from '../../../../core/api/errors.ts';
import { type Flag, type Mailbox, type MessageRow, mailboxOf } from '../../../../core/api/mail.ts';
import { changedFlags } from '../../../../renderer/models/mail/loaded-rows.ts';
import { createMailModel } from '../../../../renderer/models/mail/mail.ts';
import { createToasts } from '../../../../renderer/models/toasts.ts';
import { text } from '../../../../renderer/text/en.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakeTimers, settled } from '../../support/fake-timers.ts';

const someone = { name: 'A', address: 'a@x.example' };

function row(id: string, flags: Flag[] = []): MessageRow {
  return { id, from: someone, to: [], subject: id, preview: '', dateMs: 0, sizeBytes: 1, flags, attachments: false };
}

const mailbox = (id: string, role: Mailbox['role']): Mailbox => ({
  id,
  name: id,
  path: [id],
  role,
  total: 0,
  unread: 0,
});
const mailboxes = [
  mailbox('INBOX', 'inbox'),
  mailbox('Archive', 'archive'),
  mailbox('Trash', 'trash'),
  mailbox('lists', null),
];

/** A host whose mailboxes are lists in memory. What moves gets another name, as in a Maildir. */
async function setUp(messages: readonly MessageRow[], shown = 'INBOX') {
  let rows = [...messages];
  let moves = 0;
  const refuse: { method?: string } = {};
  const timers = fakeTimers();
  const attempt = (method: string) => {
    if (refuse.method === method) throw refusal('configuration-unusable', { why: 'The disk is full.' });
  };
  const inList = (id: string) => rows.filter(each => mailboxOf(each.id) === id);
  const host = fakeApi({
    'mail.mailboxes': () => mailboxes,
    'mail.list': ({ mailbox: id, offset = 0, limit = 100 }) => {
      const found = inList(id);
      return { total: found.length, unread: 0, rows: found.slice(offset, offset + limit) };
    },
    'mail.ids': ({ mailbox: id, from, to }) => {
      const ids = inList(id).map(each => each.id);
      const ends = [from ? ids.indexOf(from) : 0, to ? ids.indexOf(to) : ids.length - 1];
      return { ids: ids.slice(Math.min(...ends), Math.max(...ends) + 1) };
    },
    'mail.flag': ({ ids, add = [], remove = [] }) => {
      attempt('mail.flag');
      const changed: string[] = [];
      rows = rows.map(each => {
        const flags = changedFlags(each.flags, add, remove);
        if (!ids.includes(each.id) || flags.join() === each.flags.join()) return each;
        changed.push(each.id);
        return { ...each, flags };
      });
      return { ids: changed };
    },
    'mail.flags': ({ ids }) => ({ flags: ids.map(id => rows.find(each => each.id === id)?.flags ?? null) }),
    'mail.move': ({ ids, to }) => {
      attempt('mail.move');
      const moved = new Map(ids.map(id => [id, `${to}/moved-${++moves}`]));
      const there = ids.filter(id => rows.some(each => each.id === id));
      rows = rows.map(each => ({ ...each, id: moved.get(each.id) ?? each.id }));
      return { ids: there.map(id => moved.get(id) ?? id) };
    },
    'mail.read': ({ id }) => ({
      ...(rows.find(each => each.id === id) ?? row(id)),
      cc: [],
      replyTo: [],
      messageId: '',
      text: '',
      html: null,
      files: [],
      invitation: null,
      faults: [],
    }),
  });
  const toasts = createToasts(timers);
  const mail = createMailModel({
    api: host.api,
    timers,
    toasts,
    preferences: { get: () => undefined, set: () => {} },
    singlePane: signal(false),
    closeDraftAmong: async ids => ids,
  });
  await settled();
  mail.showMailbox(shown);
  await settled();
  return {
    mail,
    toasts,
    timers,
    refuse,
    asked: (method: string) => host.asked.filter(([name]) => name === method).map(([, request]) => request),
    flags: () => Object.fromEntries(rows.map(each => [each.id, each.flags.join('')])),
    ids: () => rows.map(each => each.id),
    /** Another program changes the mailbox. */
    async change(next: (now: MessageRow[]) => MessageRow[]) {
      rows = next(rows);
      host.tell('mail.changed', { mailboxes });
      await settled();
    },
    async undo() {
      toasts.undo();
      await settled();
    },
  };
}

const said = (toasts: ReturnType<typeof createToasts>) => toasts.shown.value.at(-1)?.text;

test('flags: some of several have the flag already → undo takes it from the others only', async () => {
  for (const [flag, set, words] of [
    ['F', 'setFlagged', text.did.flagged(2)],
    ['S', 'setSeen', text.did.read(2)],
  ] as const) {
    const { mail, toasts, flags, undo } = await setUp([row('INBOX/1', [flag]), row('INBOX/2'), row('INBOX/3', ['R'])]);
    await mail.actions[set](true, ['INBOX/1', 'INBOX/2', 'INBOX/3']);
    assert.equal(said(toasts), words);
    assert.deepEqual(Object.values(flags()), [flag, flag, ['R', flag].sort().join('')]);
    await undo();
    assert.deepEqual(Object.values(flags()), [flag, '', 'R']);
  }
});

test('flags: taken from several of which some have it → undo gives it back to those only', async () => {
  const { mail, flags, undo } = await setUp([row('INBOX/1', ['F']), row('INBOX/2'), row('INBOX/3', ['F', 'S'])]);
  await mail.actions.setFlagged(false, ['INBOX/1', 'INBOX/2', 'INBOX/3']);
  assert.deepEqual(Object.values(flags()), ['', '', 'S']);
  await undo();
  assert.deepEqual(Object.values(flags()), ['F', '', 'FS']);
});

test('flags: all have it already → said that nothing changed, and the older change is what undo takes back', async () => {
  const { mail, toasts, flags, undo } = await setUp([row('INBOX/1', ['F']), row('INBOX/2')]);
  await mail.actions.setFlagged(true, ['INBOX/2']);
  await mail.actions.setFlagged(true, ['INBOX/1', 'INBOX/2']);
  assert.equal(said(toasts), text.selection.unchanged);
  await undo();
  assert.deepEqual(Object.values(flags()), ['F', '']);
});

test('flags: a key on a mixed selection → set on all; on one where all have it → taken from all', async () => {
  const { mail, flags, undo } = await setUp([row('INBOX/1', ['S']), row('INBOX/2'), row('INBOX/3', ['S'])]);
  for (const id of ['INBOX/1', 'INBOX/2', 'INBOX/3']) mail.list.selection.toggle(id);
  await mail.actions.toggleSeen();
  assert.deepEqual(Object.values(flags()), ['S', 'S', 'S']);
  await undo();
  assert.deepEqual(Object.values(flags()), ['S', '', 'S']);
  mail.list.selection.toggle('INBOX/2');
  await mail.actions.toggleSeen();
  assert.deepEqual(Object.values(flags()), ['', '', '']);
});

test('flags: a row that was not fetched → the host knows its flag, and the key still toggles it', async () => {
  const { mail, flags } = await setUp(Array.from({ length: 250 }, (_, n) => row(`INBOX/${n}`, n === 249 ? ['F'] : [])));
  assert.equal(mail.list.rows.value.has(249), false);
  await mail.actions.toggleFlag(['INBOX/249']);
  assert.equal(flags()['INBOX/249'], '');
});

test('flags: the host refuses → the list and the open message show the flags of before', async () => {
  const { mail, toasts, refuse } = await setUp([row('INBOX/1', ['F', 'S'])]);
  mail.goTo(0, 'open');
  await settled();
  refuse.method = 'mail.flag';
  const changing = mail.actions.setFlagged(false, ['INBOX/1']);
  assert.deepEqual([mail.list.rows.value.get(0)?.flags, mail.reader.message.value?.flags], [['S'], ['S']]);
  await changing;
  assert.deepEqual(
    [mail.list.rows.value.get(0)?.flags, mail.reader.message.value?.flags, said(toasts)],
    [['F', 'S'], ['F', 'S'], 'The disk is full.'],
  );
});

test('move: out of another mailbox than the inbox, then undone → back in that one', async () => {
  const messages = ['lists/1', 'lists/2', 'INBOX/1'].map(id => row(id));
  const { mail, asked, ids, undo } = await setUp(messages, 'lists');
  await mail.actions.archive(['lists/1', 'lists/2']);
  assert.deepEqual(ids(), ['Archive/moved-1', 'Archive/moved-2', 'INBOX/1']);
  await undo();
  assert.deepEqual(asked('mail.move').at(-1), { ids: ['Archive/moved-1', 'Archive/moved-2'], to: 'lists' });
  assert.deepEqual(
    [...mail.list.rows.value.values()].map(each => each.id),
    ['lists/moved-3', 'lists/moved-4'],
  );
});

test('move: into the mailbox where some are already → only the others move, and undo moves only those back', async () => {
  const { mail, asked, undo } = await setUp([row('Archive/1'), row('INBOX/2')]);
  await mail.actions.archive(['Archive/1', 'INBOX/2']);
  await undo();
  assert.deepEqual(asked('mail.move'), [
    { ids: ['INBOX/2'], to: 'Archive' },
    { ids: ['Archive/moved-1'], to: 'INBOX' },
  ]);
});

test('move: some have gone meanwhile → says for how many it was done, and undo moves those', async () => {
  const { mail, toasts, asked, undo } = await setUp([row('INBOX/1'), row('INBOX/2')]);
  await mail.actions.archive(['INBOX/1', 'INBOX/2', 'INBOX/gone']);
  assert.equal(said(toasts), text.selection.someMissing(text.did.archived(2), 1));
  await undo();
  assert.deepEqual(asked('mail.move').at(-1), { ids: ['Archive/moved-1', 'Archive/moved-2'], to: 'INBOX' });
});

test('move: the host refuses → the rows, the selection and the open message are as before', async () => {
  const { mail, toasts, refuse } = await setUp([row('INBOX/1'), row('INBOX/2'), row('INBOX/3')]);
  mail.goTo(1, 'open');
  await settled();
  refuse.method = 'mail.move';
  const moving = mail.actions.trash(['INBOX/2']);
  assert.deepEqual([mail.list.total.value, mail.list.active.value?.id], [2, 'INBOX/3']);
  await moving;
  await settled();
  assert.deepEqual(
    [mail.list.total.value, mail.list.active.value?.id, mail.reader.id.value, said(toasts)],
    [3, 'INBOX/2', 'INBOX/2', 'The disk is full.'],
  );
});

test('selection: extended by Shift → both ends of the range belong to it, downwards and upwards', async () => {
  const { mail } = await setUp(Array.from({ length: 8 }, (_, n) => row(`INBOX/${n}`)));
  const selected = () => [...mail.list.selection.ids.value];
  mail.goTo(3, 'pass');
  mail.goTo(5, 'extend');
  await settled();
  assert.deepEqual(selected(), ['INBOX/3', 'INBOX/4', 'INBOX/5']);
  mail.goTo(1, 'extend');
  await settled();
  assert.deepEqual(selected(), ['INBOX/1', 'INBOX/2', 'INBOX/3']);
  mail.goTo(7, 'extend');
  await settled();
  assert.deepEqual(selected().at(-1), 'INBOX/7', 'the last row of the list');
});

test('selection: extended twice before the host answers → the newer range counts', async () => {
  const { mail } = await setUp(Array.from({ length: 8 }, (_, n) => row(`INBOX/${n}`)));
  mail.goTo(0, 'pass');
  mail.goTo(6, 'extend');
  mail.goTo(1, 'extend');
  await settled();
  assert.deepEqual([...mail.list.selection.ids.value], ['INBOX/0', 'INBOX/1']);
});

test('active row: mail arrives while its row is not fetched → it moves down by as much', async () => {
  const { mail, change } = await setUp(Array.from({ length: 1_000 }, (_, n) => row(`INBOX/${n}`)));
  mail.goTo(2, 'open');
  await settled();
  mail.list.want(500, 512);
  await settled();
  await change(now => [row('INBOX/new 1'), row('INBOX/new 2'), ...now]);
  assert.equal(mail.list.rows.value.has(4), false, 'the active row is far from those that are fetched');
  assert.deepEqual(mail.list.active.value, { id: 'INBOX/2', index: 4 });
  assert.equal(mail.reader.id.value, 'INBOX/2');
});
