// mbsync keeps the Maildir that Waypost works on and a Maildir that Dovecot serves by IMAP the same.
import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectToHost } from '../../main/running/control-client.ts';
import { giveToOwner, initHome, person, serve } from '../support/host-process.ts';
import { imapServer, mbsyncBetween } from '../support/imap-programs.ts';
import { without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';

const skip = without('dovecot') || without('mbsync');

test('mbsync: messages moved by Waypost between folders of many → moved on the server, and nothing is deleted', {
  skip,
}, async t => {
  const rig = await startRig(t);
  for (const number of [1, 2, 3]) rig.put('', number);
  for (const number of [4, 5, 6]) rig.put('.Archive', number);
  await rig.sync();
  assert.deepEqual(rig.subjects(rig.far), { INBOX: '1 2 3', Archive: '4 5 6' });

  const { rows } = await rig.api.call('mail.list', { mailbox: 'INBOX' });
  // Number 1 is number 1 of the other folder too, for mbsync.
  const id = rows.find(row => row.subject === '1')?.id ?? '';
  await rig.api.call('mail.flag', { ids: rows.map(row => row.id), add: ['F'] });
  await rig.api.call('mail.move', { ids: [id], to: 'Archive' });
  await rig.sync();
  await rig.sync();
  const all = { INBOX: '2 3', Archive: '1 4 5 6' };
  assert.deepEqual([rig.subjects(rig.near), rig.subjects(rig.far)], [all, all]);
  assert.deepEqual(
    readdirSync(join(rig.far, 'cur')).map(name => name.replace(/^.*:2,/, '')),
    ['FS', 'FS'],
  );
});

async function startRig(t: TestContext) {
  const directory = tempDir(t);
  const { home, maildir: near } = await initHome(directory, 'me.example', 'ann');
  const far = join(directory, 'far');
  mkdirSync(far);
  if (person.uid !== undefined && person.gid !== undefined) chownSync(far, person.uid, person.gid);
  const server = imapServer(join(directory, 'dovecot'), far);
  const mbsync = mbsyncBetween(join(directory, 'mbsync'), near, server);
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(near, '.Archive', part), { recursive: true });
  await serve(t, home, []);
  const host = await connectToHost(home);
  t.after(() => host.close());
  return {
    near,
    far,
    async sync() {
      const { code, text } = await mbsync();
      assert.equal(code, 0, text);
    },
    api: host.api,
    put(folder: string, number: number) {
      writeFileSync(
        join(near, folder, 'cur', `${1_700_000_000 + number}.M${number}P1.box:2,S`),
        `From: a@b.example\nMessage-ID: <${number}@b.example>\nSubject: ${number}\n\nNumber ${number}.\n`,
      );
      giveToOwner(near);
    },
    subjects: (maildir: string) => ({
      INBOX: subjectsIn(maildir),
      Archive: subjectsIn(join(maildir, '.Archive')),
    }),
  };
}

/** The subjects in a folder, in order; those that are written twice are there twice. */
function subjectsIn(folder: string): string {
  return ['new', 'cur']
    .flatMap(part => readdirSync(join(folder, part)).map(name => readFileSync(join(folder, part, name), 'latin1')))
    .map(text => /^Subject: (.*?)\r?$/m.exec(text)?.[1] ?? '')
    .sort()
    .join(' ');
}
