// The store of mailboxes on real Maildirs: listed, searched and changed by the window while other programs change them too.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApiError } from '../../../core/api/errors.ts';
import { eventually, list, message, place, subjects } from './maildir-rig.ts';

function inboxOf(data: { mailboxes: readonly { id: string; total: number; unread: number }[] }) {
  return data.mailboxes.find(mailbox => mailbox.id === 'INBOX');
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.kind === 'gone';
}

test('store: an existing Maildir → new and cur in one list, newest first, unread counted', async t => {
  const at = place(t);
  at.put('new/1.a.h', message('second', 2));
  at.put('cur/2.b.h:2,S', message('first', 1));
  at.put('cur/3.c.h:2,FRab', message('third', 3));
  at.put('cur/.hidden', message('hidden', 9));
  const store = await at.open();
  const { total, unread, rows } = await list(store);
  assert.deepEqual(
    { total, unread, rows: rows.map(row => [row.id, row.subject, row.flags.join('')]) },
    {
      total: 3,
      unread: 2,
      rows: [
        ['INBOX/3.c.h', 'third', 'FR'],
        ['INBOX/1.a.h', 'second', ''],
        ['INBOX/2.b.h', 'first', 'S'],
      ],
    },
  );
  assert.deepEqual(await subjects(store, { offset: 1, limit: 1 }), ['second']);
});

test('store: mailboxes → always the usual five, others by name, roles in any case', async t => {
  const at = place(t, ['', '.lists.qmail', '.INBOX.sent', '.alpha', '.Entw&APw-rfe']);
  mkdirSync(join(at.maildir, '.not-a-folder'));
  at.put('.lists.qmail/new/1.a.h', message('x', 1));
  const store = await at.open();
  const mailboxes = await store.handlers['mail.mailboxes']({});
  assert.deepEqual(
    mailboxes.map(box => [box.id, box.name, box.role, box.total, box.unread]),
    [
      ['INBOX', 'INBOX', 'inbox', 0, 0],
      ['Drafts', 'Drafts', 'drafts', 0, 0],
      ['INBOX.sent', 'sent', 'sent', 0, 0],
      ['Archive', 'Archive', 'archive', 0, 0],
      ['Trash', 'Trash', 'trash', 0, 0],
      ['alpha', 'alpha', null, 0, 0],
      ['Entw&APw-rfe', 'Entwürfe', null, 0, 0],
      ['lists.qmail', 'qmail', null, 1, 1],
    ],
  );
  assert.deepEqual(await list(store, { mailbox: 'Archive' }), { total: 0, unread: 0, rows: [] });
  await assert.rejects(list(store, { mailbox: 'nowhere' }), isGone);
});

test('store: query → all words, in from, to or subject, in any case', async t => {
  const at = place(t);
  at.put('new/1.a.h', message('Tide tables for the HARBOUR', 1));
  at.put('cur/2.b.h:2,S', message('harbour fees', 2));
  at.put('cur/3.c.h:2,S', message('Weather', 3, 'harbour in the body does not count'));
  const store = await at.open();
  const table: [query: string, found: string[]][] = [
    ['harbour', ['harbour fees', 'Tide tables for the HARBOUR']],
    ['harbour tide', ['Tide tables for the HARBOUR']],
    ['INES weather', ['Weather']],
    ['tomas@shore fees', ['harbour fees']],
    ['nothing', []],
  ];
  for (const [query, found] of table) assert.deepEqual(await subjects(store, { query }), found, query);
  assert.equal((await list(store, { query: 'harbour', limit: 1 })).total, 2);
});

test('store: a file in new/ → told at once, listed, and left in new/', async t => {
  const at = place(t);
  const store = await at.open();
  const arrived = eventually(store.onArrived, () => true);
  const changed = eventually(store.onChanged, data => inboxOf(data)?.total === 1);
  at.put('tmp/1.a.h', message('fresh', 1));
  renameSync(join(at.maildir, 'tmp/1.a.h'), join(at.maildir, 'new/1.a.h'));
  assert.deepEqual(await arrived, {
    id: 'INBOX/1.a.h',
    from: { name: 'Ines', address: 'ines@shore.example' },
    subject: 'fresh',
    unread: 1,
  });
  assert.deepEqual(inboxOf(await changed)?.unread, 1);
  assert.deepEqual(await subjects(store), ['fresh']);
  assert.deepEqual(at.names('new'), ['1.a.h']);
});

test('store: a new folder and mail in it → both are noticed', async t => {
  const at = place(t);
  const store = await at.open();
  const changed = eventually(store.onChanged, data =>
    data.mailboxes.some(box => box.id === 'lists.new' && box.total === 1),
  );
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(at.maildir, '.lists.new', part), { recursive: true });
  at.put('.lists.new/new/1.a.h', message('x', 1));
  await changed;
  assert.deepEqual(await subjects(store, { mailbox: 'lists.new' }), ['x']);
  const without = eventually(store.onChanged, data => !data.mailboxes.some(box => box.id === 'lists.new'));
  rmSync(join(at.maildir, '.lists.new'), { recursive: true });
  await without;
  await assert.rejects(list(store, { mailbox: 'lists.new' }), { code: 'mailbox-gone' });
});

test('store: another program changes flags, moves and deletes → the list follows', async t => {
  const at = place(t);
  at.put('new/1.a.h', message('one', 1));
  at.put('new/2.b.h', message('two', 2));
  const store = await at.open();
  const read = eventually(store.onChanged, data => inboxOf(data)?.unread === 1 && inboxOf(data)?.total === 2);
  renameSync(join(at.maildir, 'new/1.a.h'), join(at.maildir, 'cur/1.a.h:2,S'));
  await read;
  const deleted = eventually(store.onChanged, data => inboxOf(data)?.total === 1);
  rmSync(join(at.maildir, 'new/2.b.h'));
  await deleted;
  assert.deepEqual(
    (await list(store)).rows.map(row => [row.subject, row.flags]),
    [['one', ['S']]],
  );
});

test('mail.flag: new message marked seen → renamed into cur/, other flags kept, counted once', async t => {
  const at = place(t);
  at.put('new/1.a.h', message('one', 1));
  at.put('cur/2.b.h:2,Fa', message('two', 2));
  const store = await at.open();
  const ids = ['INBOX/1.a.h', 'INBOX/2.b.h', 'INBOX/9.gone.h', 'Nowhere/1.a.h'];
  assert.deepEqual(await store.handlers['mail.flag']({ ids, add: ['S'], remove: [] }), { ids: ids.slice(0, 2) });
  assert.deepEqual([at.names('new'), at.names('cur')], [[], ['1.a.h:2,S', '2.b.h:2,FSa']]);
  assert.deepEqual(await store.handlers['mail.flag']({ ids, add: ['S'], remove: [] }), { ids: [] });
  assert.deepEqual(await store.handlers['mail.flag']({ ids, add: [], remove: ['S', 'F'] }), { ids: ids.slice(0, 2) });
  assert.deepEqual(at.names('cur'), ['1.a.h:2,', '2.b.h:2,a']);
  assert.equal((await list(store)).unread, 2);
});

test('mail.*: another program renames the file → found again, not gone', async t => {
  const at = place(t);
  const store = await at.open();
  at.put('new/1.a.h', message('one', 1));
  // No event has been waited for: memory knows nothing of the file, then an old name of it.
  assert.equal((await store.handlers['mail.read']({ id: 'INBOX/1.a.h' })).subject, 'one');
  renameSync(join(at.maildir, 'new/1.a.h'), join(at.maildir, 'cur/1.a.h:2,R'));
  const ids = ['INBOX/1.a.h'];
  assert.deepEqual(await store.handlers['mail.flag']({ ids, add: ['S'], remove: [] }), { ids });
  assert.deepEqual(at.names('cur'), ['1.a.h:2,RS']);
  renameSync(join(at.maildir, 'cur/1.a.h:2,RS'), join(at.maildir, 'cur/1.a.h:2,F'));
  assert.deepEqual((await store.handlers['mail.read']({ id: 'INBOX/1.a.h' })).flags, ['F']);
  rmSync(join(at.maildir, 'cur/1.a.h:2,F'));
  await assert.rejects(store.handlers['mail.read']({ id: 'INBOX/1.a.h' }), isGone);
  await assert.rejects(store.files.raw('INBOX/1.a.h'), isGone);
});

test('mail.move: into a usual mailbox that is not there → made; back again → the flags of before', async t => {
  const at = place(t);
  at.put('new/1.a.h', message('one', 1));
  at.put('cur/2.b.h:2,S', message('two', 2));
  const store = await at.open();
  const ids = ['INBOX/2.b.h', 'INBOX/gone', 'INBOX/1.a.h'];
  const moved = await store.handlers['mail.move']({ ids, to: 'Archive' });
  const [two = '', one = ''] = moved.ids.map(id => id.slice('Archive/'.length));
  assert.deepEqual(at.names('.Archive/cur'), [`${one}:2,`, `${two}:2,S`].sort());
  assert.deepEqual(await subjects(store), []);
  assert.deepEqual(await subjects(store, { mailbox: 'Archive' }), ['two', 'one']);
  const back = await store.handlers['mail.move']({ ids: moved.ids, to: 'INBOX' });
  assert.deepEqual(
    (await list(store)).rows.map(row => [row.id, row.subject, row.flags.join('')]),
    [
      [back.ids[0], 'two', 'S'],
      [back.ids[1], 'one', ''],
    ],
  );
  await assert.rejects(store.handlers['mail.move']({ ids: back.ids, to: 'made-up' }), isGone);
});

test('mail.move, mail.flag: a file that mbsync numbered → another name in the other folder; the same with other flags', async t => {
  const at = place(t, ['', '.Archive']);
  at.put('cur/1690000000.a.h,S=12,U=3:2,S', message('moved', 1));
  at.put('cur/1690000001.b.h,U=4:2,S', message('flagged', 1));
  at.put('.Archive/cur/1690000000.a.h,S=12:2,S', message('was there', 2));
  const store = await at.open();
  const id = 'INBOX/1690000000.a.h,S=12,U=3';
  const { ids } = await store.handlers['mail.move']({ ids: [id], to: 'Archive' });
  assert.match(ids.join(' '), /^Archive\/1690000000\.M\d+P\d+Q1T\d+\.reader\.example,S=12$/);
  assert.deepEqual(await subjects(store, { mailbox: 'Archive' }), ['was there', 'moved']);
  await store.handlers['mail.flag']({ ids: ['INBOX/1690000001.b.h,U=4'], add: ['F'], remove: [] });
  assert.deepEqual(at.names('cur'), ['1690000001.b.h,U=4:2,FS']);
});

test('mail.remove: messages → their files are gone, the count is of those that were there', async t => {
  const at = place(t);
  at.put('new/1.a.h', message('one', 1));
  at.put('cur/2.b.h:2,S', message('two', 2));
  const store = await at.open();
  const ids = ['INBOX/1.a.h', 'INBOX/2.b.h', 'INBOX/3.c.h'];
  assert.deepEqual(await store.handlers['mail.remove']({ ids }), { removed: 2 });
  assert.deepEqual([at.names('new'), at.names('cur')], [[], []]);
  assert.deepEqual(await list(store), { total: 0, unread: 0, rows: [] });
});

test('files.add: with and without flags → cur/ and new/, byte for byte, mode 0600, listed at once', async t => {
  const at = place(t);
  const store = await at.open();
  const raw = Buffer.from('Subject: raw\n\n\xff\x00no newline at the end', 'latin1');
  const draft = await store.files.add('Drafts', raw, ['S', 'D']);
  const fresh = await store.files.add('INBOX', raw, []);
  assert.deepEqual(await store.files.raw(draft), raw);
  assert.deepEqual(await store.files.raw(fresh), raw);
  const name = `${draft.slice('Drafts/'.length)}:2,DS`;
  assert.deepEqual(at.names('.Drafts/cur'), [name]);
  assert.deepEqual([at.names('.Drafts/tmp'), at.names('new')], [[], [fresh.slice('INBOX/'.length)]]);
  assert.equal(statSync(join(at.maildir, '.Drafts/cur', name)).mode & 0o777, 0o600);
  assert.deepEqual(await subjects(store, { mailbox: 'Drafts' }), ['raw']);
  await store.files.flag(draft, ['F']);
  assert.deepEqual(at.names('.Drafts/cur'), [`${draft.slice('Drafts/'.length)}:2,DFS`]);
  await store.files.remove(draft);
  await store.files.remove(draft);
  assert.deepEqual(at.names('.Drafts/cur'), []);
  await assert.rejects(store.files.add('../outside', raw, []), /not a valid mailbox name/);
  await assert.rejects(store.files.add('.', raw, []), /not a valid mailbox name/);
});

test('files.add: made from another message, twice → added once, even if other programs renamed it', async t => {
  const { open, names, maildir } = place(t);
  const store = await open();
  const draft = await store.files.add('Drafts', Buffer.from(message('draft', 1)), ['D', 'S']);
  const copy = await store.files.add('Sent', Buffer.from(message('sent', 1)), ['S'], draft);
  assert.equal(await store.files.add('Sent', Buffer.from(message('sent', 1)), ['S'], draft), copy);
  const [name = ''] = names('.Sent/cur');
  renameSync(join(maildir, '.Sent/cur', name), join(maildir, '.Sent/cur', name.replace(':2,S', ',U=3:2,FS')));
  const later = await open();
  assert.equal(await later.files.add('Sent', Buffer.from(message('sent', 1)), ['S'], `${draft},U=7`), `${copy},U=3`);
  assert.equal(names('.Sent/cur').length, 1);
});

test('mail.source: bytes as latin1, cut after a mebibyte', async t => {
  const at = place(t);
  writeFileSync(join(at.maildir, 'new/1.a.h'), Buffer.from('Subject: \xe9\n\nx\n', 'latin1'));
  writeFileSync(join(at.maildir, 'new/2.b.h'), Buffer.alloc(1024 * 1024 + 1, 'a'));
  const store = await at.open();
  assert.deepEqual(await store.handlers['mail.source']({ id: 'INBOX/1.a.h' }), {
    text: 'Subject: é\n\nx\n',
    cut: false,
  });
  const long = await store.handlers['mail.source']({ id: 'INBOX/2.b.h' });
  assert.deepEqual([long.text.length, long.cut], [1024 * 1024, true]);
});

test('store: no Maildir yet → empty and one line in the log; made later by adding → works', async t => {
  const at = place(t, []);
  const store = await at.open();
  assert.deepEqual(await list(store), { total: 0, unread: 0, rows: [] });
  assert.equal(at.log.length, 1);
  assert.match(at.log[0] ?? '', /unable to read the Maildir .*no such file or directory/);
  await store.files.add('INBOX', Buffer.from(message('first', 1)), []);
  const second = eventually(store.onArrived, data => data.subject === 'second');
  at.put('new/2.b.h', message('second', 2));
  await second;
  assert.deepEqual(await subjects(store), ['second', 'first']);
});

test('store: things in cur/ that are no messages → neither listed nor waited for', async t => {
  const at = place(t);
  mkdirSync(join(at.maildir, 'cur/directory'));
  at.put('cur/1.a.h:2,S', message('one', 1));
  const store = await at.open();
  assert.deepEqual(await subjects(store), ['one']);
  assert.equal((await list(store)).total, 1);
});
