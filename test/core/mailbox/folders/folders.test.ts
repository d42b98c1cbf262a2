// Folders of a Maildir: names, layouts, files that are not messages, and folders that appear and disappear while the store is open.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, list, message, place, subjects } from '../maildir-rig.ts';

const parts = ['tmp', 'new', 'cur'];

test('mail.mailboxes: names in modified UTF-7, in UTF-8 and in Latin-1 → decoded at every depth', async t => {
  const at = place(t, ['', '.Entw&APw-rfe.R&-D', '.Größe', '.a&b']);
  const latin1 = Buffer.concat([Buffer.from(`${at.maildir}/.`), Buffer.from('Entw\xfcrfe', 'latin1')]);
  for (const part of parts) mkdirSync(Buffer.concat([latin1, Buffer.from(`/${part}`)]), { recursive: true });
  writeFileSync(Buffer.concat([latin1, Buffer.from('/cur/1.a.h:2,')]), message('old', 1));
  const store = await at.open();
  const mailboxes = (await store.handlers['mail.mailboxes']({})).slice(5);
  assert.deepEqual(
    mailboxes.map(({ path, name, total }) => [path.join('/'), name, total]),
    [
      ['a&b', 'a&b', 0],
      ['Entwürfe', 'Entwürfe', 1],
      ['Entwürfe/R&D', 'R&D', 0],
      ['Größe', 'Größe', 0],
    ],
  );
  const { id = '' } = mailboxes[1] ?? {};
  const [row] = (await list(store, { mailbox: id })).rows;
  assert.equal(row?.subject, 'old');
  const { ids } = await store.handlers['mail.move']({ ids: [row?.id ?? ''], to: 'INBOX' });
  assert.equal((await store.handlers['mail.read']({ id: ids[0] ?? '' })).subject, 'old');
});

test('store: file names that are not UTF-8 → listed, read, flagged, moved', async t => {
  const at = place(t, ['', '.Archive']);
  const pathOf = (name: string) => Buffer.concat([Buffer.from(`${at.maildir}/`), Buffer.from(name, 'latin1')]);
  writeFileSync(pathOf('cur/1700000000.a.b\xfcro:2,S'), message('latin', 1));
  writeFileSync(pathOf('cur/1700000001.a.b\xf6ro:2,S'), message('another', 2));
  const store = await at.open();
  assert.deepEqual(await subjects(store), ['another', 'latin']);
  const changed = eventually(store.onChanged, data => data.mailboxes[0]?.total === 3);
  writeFileSync(pathOf('new/1700000002.a.b\xe4r'), message('later', 3));
  await changed;
  const { rows } = await list(store);
  assert.deepEqual(
    rows.map(row => row.subject),
    ['later', 'another', 'latin'],
  );
  const ids = rows.map(row => row.id);
  assert.equal((await store.handlers['mail.read']({ id: ids[2] ?? '' })).subject, 'latin');
  assert.deepEqual((await store.handlers['mail.flag']({ ids, add: ['F'], remove: [] })).ids, ids);
  const names = () => readdirSync(join(at.maildir, 'cur'), { encoding: 'buffer' }).map(name => name.toString('latin1'));
  assert.deepEqual(names().sort(), [
    '1700000000.a.b\xfcro:2,FS',
    '1700000001.a.b\xf6ro:2,FS',
    '1700000002.a.b\xe4r:2,F',
  ]);
  assert.equal((await store.handlers['mail.move']({ ids, to: 'Archive' })).ids.length, 3);
  assert.deepEqual(await subjects(store, { mailbox: 'Archive' }), ['later', 'another', 'latin']);
});

test('store: links that lead nowhere, or somewhere, and directories in cur/ → neither listed nor counted, however often it is looked', async t => {
  const at = place(t);
  at.put('cur/1.a.h:2,S', message('one', 1));
  symlinkSync('nowhere', join(at.maildir, 'cur/2.b.h:2,'));
  symlinkSync('1.a.h:2,S', join(at.maildir, 'cur/3.c.h:2,'));
  mkdirSync(join(at.maildir, 'cur/4.d.h:2,'));
  const store = await at.open();
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await subjects(store), ['one']);
    // What is not known makes the store read the directory again.
    await assert.rejects(store.handlers['mail.read']({ id: 'INBOX/unknown' }));
    const [inbox] = await store.handlers['mail.mailboxes']({});
    assert.deepEqual([inbox?.total, inbox?.unread], [1, 0]);
  }
  const changed = eventually(store.onChanged, data => data.mailboxes[0]?.total === 2);
  at.put('tmp/2.b.h', message('two', 2));
  renameSync(join(at.maildir, 'tmp/2.b.h'), join(at.maildir, 'cur/2.b.h:2,'));
  await changed;
  assert.deepEqual(await subjects(store), ['two', 'one']);
});

test('store: layout fs (Dovecot, mbsync) → folders in folders, messages read and moved, usual ones made alike', async t => {
  const at = place(t, ['', 'Work', 'Work/Lists/qmail', 'drafts']);
  mkdirSync(join(at.maildir, 'attachments/of/some/program'), { recursive: true });
  at.put('Work/Lists/qmail/new/1.a.h', message('deep', 1));
  at.put('Work/cur/2.b.h:2,S', message('work', 2));
  const store = await at.open();
  assert.deepEqual(
    (await store.handlers['mail.mailboxes']({})).map(({ id, path, role }) => [id, path.join('>'), role]),
    [
      ['INBOX', 'INBOX', 'inbox'],
      ['/drafts', 'drafts', 'drafts'],
      ['Sent', 'Sent', 'sent'],
      ['Archive', 'Archive', 'archive'],
      ['Trash', 'Trash', 'trash'],
      ['/Work', 'Work', null],
      ['/Work/Lists/qmail', 'Work>Lists>qmail', null],
    ],
  );
  const [row] = (await list(store, { mailbox: '/Work/Lists/qmail' })).rows;
  assert.equal(row?.id, '/Work/Lists/qmail/1.a.h');
  assert.ok(store.files.isIn('Drafts', '/drafts/1.a.h'));
  assert.ok(!store.files.isIn('Drafts', '/drafts/inner/1.a.h'));
  const { ids } = await store.handlers['mail.move']({ ids: [row.id], to: '/Work' });
  assert.deepEqual(await subjects(store, { mailbox: '/Work' }), ['work', 'deep']);
  await store.handlers['mail.move']({ ids, to: 'Trash' });
  assert.equal(at.names('Trash/cur').length, 1);
  assert.deepEqual(await subjects(store, { mailbox: 'Trash' }), ['deep']);
  const sent = await store.files.add('Sent', Buffer.from(message('sent', 1)), ['S'], '/drafts/1700000000.a.h,U=3');
  assert.equal(sent, '/Sent/1700000000.a.h');
  const made = eventually(store.onChanged, data =>
    data.mailboxes.some(box => box.id === '/Work/New' && box.total === 1),
  );
  for (const part of parts) mkdirSync(join(at.maildir, 'Work/New', part), { recursive: true });
  at.put('Work/New/new/3.c.h', message('x', 1));
  await made;
  assert.deepEqual(await subjects(store, { mailbox: '/Work/New' }), ['x']);
});

test('store: a folder whose parts are created slowly, one after the other → noticed when it is complete', async t => {
  const at = place(t);
  const store = await at.open();
  mkdirSync(join(at.maildir, '.slow'));
  // Past both looks that follow an event.
  await new Promise(resolve => setTimeout(resolve, 1200));
  const made = eventually(store.onChanged, data => data.mailboxes.some(box => box.id === 'slow' && box.total === 1));
  for (const part of parts) mkdirSync(join(at.maildir, '.slow', part));
  at.put('.slow/new/1.a.h', message('x', 1));
  await made;
  assert.deepEqual(await subjects(store, { mailbox: 'slow' }), ['x']);
});

test('store: a folder that is removed and created again at once, with the Maildir or alone → its mail is noticed', async t => {
  const at = place(t, ['', '.again']);
  const store = await at.open();
  for (const [round, gone] of ['.again', '.again', '', '.again', ''].entries()) {
    rmSync(join(at.maildir, gone), { recursive: true });
    for (const folder of ['', '.again']) {
      for (const part of parts) mkdirSync(join(at.maildir, folder, part), { recursive: true });
    }
    const subject = `round ${round}`;
    const came = eventually(store.onArrived, data => data.subject === subject);
    // If the removal was not noticed in time, nothing else reports the new folder.
    await new Promise(resolve => setTimeout(resolve, 100));
    at.put(`.again/new/${round}.a.h`, message(subject, 1));
    await came;
    const came2 = eventually(store.onArrived, data => data.subject === `${subject}, inbox`);
    at.put(`new/${round}.i.h`, message(`${subject}, inbox`, 1));
    await came2;
    assert.ok((await subjects(store, { mailbox: 'again' })).includes(subject));
    assert.ok((await subjects(store, { mailbox: 'INBOX' })).includes(`${subject}, inbox`));
  }
});

test('store: a Maildir that another program creates after the start → noticed', async t => {
  const at = place(t, []);
  const store = await at.open();
  const came = eventually(store.onChanged, data => data.mailboxes[0]?.total === 1);
  for (const part of parts) mkdirSync(join(at.maildir, part), { recursive: true });
  at.put('new/1.a.h', message('first', 1));
  await came;
  assert.deepEqual(await subjects(store, { mailbox: 'INBOX' }), ['first']);
});
