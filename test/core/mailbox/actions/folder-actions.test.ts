// Creating, renaming and removing folders: in both layouts, and without losing a message.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ApiError } from '../../../../core/api/errors.ts';
import { message, place, subjects } from '../maildir-rig.ts';

async function open(t: TestContext, folders: readonly string[]) {
  const at = place(t, folders);
  const store = await at.open();
  const { handlers } = store;
  return {
    ...at,
    store,
    make: async (parent: string, name: string) => (await handlers['mail.makeFolder']({ parent, name })).id,
    rename: async (id: string, name: string) => (await handlers['mail.renameFolder']({ id, name })).id,
    remove: async (id: string) => (await handlers['mail.removeFolder']({ id })).trashed,
    ids: async () => (await handlers['mail.mailboxes']({})).filter(({ role }) => role === null).map(({ id }) => id),
  };
}

const refused = (kind: string, words: RegExp) => (error: unknown) =>
  error instanceof ApiError && error.kind === kind && words.test(error.message);

test('mail.makeFolder: names as people write them → written as other programs read them', async t => {
  const { make, ids, names, maildir } = await open(t, ['']);
  assert.equal(await make('', 'Entwürfe & mehr'), 'Entw&APw-rfe &- mehr');
  assert.equal(await make('Entw&APw-rfe &- mehr', '2026'), 'Entw&APw-rfe &- mehr.2026');
  assert.deepEqual(await ids(), ['Entw&APw-rfe &- mehr', 'Entw&APw-rfe &- mehr.2026']);
  assert.deepEqual(names('.Entw&APw-rfe &- mehr'), ['cur', 'maildirfolder', 'new', 'tmp']);
  await assert.rejects(make('', ' '), refused('invalid', /needs a name/));
  await assert.rejects(make('', 'a/b'), refused('invalid', /cannot contain slashes/));
  await assert.rejects(make('', 'v1.2'), refused('invalid', /cannot contain dots/));
  await assert.rejects(make('', 'Entwürfe & mehr'), refused('refused', /already/));
  await assert.rejects(make('../..', 'x'), refused('invalid', /mailbox name/));
  await assert.rejects(make('', 'x'.repeat(300)), refused('invalid', /too long/));
  assert.ok(!existsSync(join(maildir, '..', 'x')));
});

test('mail.makeFolder: layout fs → directories by their own names; one for UTF-8 keeps it', async t => {
  const { make, ids } = await open(t, ['', 'Work']);
  assert.equal(await make('/Work', 'v1.2'), '/Work/v1.2');
  assert.equal(await make('', 'Größe'), '/Gr&APYA3w-e');
  assert.deepEqual(await ids(), ['/Gr&APYA3w-e', '/Work', '/Work/v1.2']);
  await assert.rejects(make('/Work', 'cur'), refused('invalid', /cannot be called/));
  await assert.rejects(make('/Work', '.x'), refused('invalid', /cannot be called/));
  const other = await open(t, ['', '.Größe']);
  assert.equal(await other.make('', 'Übung'), 'Übung');
});

for (const [layout, folders, id, moved] of [
  ['Maildir++', ['', '.lists', '.lists.qmail', '.listsother'], 'lists', 'post'],
  ['fs', ['', 'lists', 'lists/qmail', 'listsother'], '/lists', '/post'],
] as const) {
  test(`mail.renameFolder: ${layout} → those in it go along, their messages with them; not over another`, async t => {
    const { put, rename, ids, store } = await open(t, folders);
    put(`${folders[2]}/new/1.a.h`, message('in the inner one', 1));
    assert.equal(await rename(id, 'post'), moved);
    const inner = `${moved}${layout === 'fs' ? '/' : '.'}qmail`;
    const other = `${id}other`;
    assert.deepEqual((await ids()).sort(), [moved, inner, other].sort());
    assert.deepEqual(await subjects(store, { mailbox: inner }), ['in the inner one']);
    await assert.rejects(rename(moved, other.replace('/', '')), refused('refused', /already/));
    await assert.rejects(rename('INBOX', 'x'), refused('refused', /standard folder/));
    await assert.rejects(rename('nowhere', 'x'), refused('gone', /no folder nowhere/));
  });

  test(`mail.removeFolder: ${layout} → its messages and those of the folders in it are in Trash`, async t => {
    const { put, remove, ids, store, maildir } = await open(t, folders);
    put(`${folders[1]}/cur/1.a.h:2,S`, message('outer', 1));
    put(`${folders[1]}/dovecot-uidlist`, 'x');
    put(`${folders[2]}/new/2.b.h`, message('inner', 2));
    assert.equal(await remove(id), 2);
    assert.deepEqual(await ids(), [`${id}other`]);
    assert.deepEqual(await subjects(store, { mailbox: 'Trash' }), ['inner', 'outer']);
    assert.equal(existsSync(join(maildir, folders[1])), false);
    assert.equal(await remove(`${id}other`), 0);
    await assert.rejects(remove(layout === 'fs' ? '/Trash' : 'Trash'), refused('refused', /standard folder/));
  });
}

test('mail.removeFolder: other things than mail in it, or a link → refused before anything moves', async t => {
  const { put, remove, ids, store, names, maildir } = await open(t, ['', '.work', '.work.inner']);
  put('.work/cur/1.a.h:2,S', message('stays', 1));
  put('.work.inner/notes.txt', 'mine');
  await assert.rejects(
    remove('work'),
    refused('failed', /work was not deleted: it contains notes\.txt, which is not mail/),
  );
  assert.deepEqual(names('.work/cur'), ['1.a.h:2,S']);
  mkdirSync(join(maildir, 'elsewhere/cur'), { recursive: true });
  symlinkSync('elsewhere', join(maildir, '.linked'));
  await store.handlers['mail.makeFolder']({ parent: '', name: 'x' });
  await assert.rejects(remove('linked'), refused('failed', /it is a symbolic link/));
  assert.ok((await ids()).includes('linked'));
});

test('mail.removeFolder: a link among its messages → the folder stays as it is, with the rest in Trash', async t => {
  const { put, remove, ids, store, names, maildir } = await open(t, ['', '.work']);
  put('.work/cur/1.a.h:2,S', message('moved', 1));
  symlinkSync('nowhere', join(maildir, '.work/cur/2.b.h:2,'));
  await assert.rejects(remove('work'), refused('failed', /its cur still contains 2\.b\.h:2,\. Messages .* in Trash/));
  assert.deepEqual(await ids(), ['work']);
  assert.deepEqual([names('.work/cur'), names('tmp')], [['2.b.h:2,'], []]);
  assert.deepEqual(await subjects(store, { mailbox: 'Trash' }), ['moved']);
});
