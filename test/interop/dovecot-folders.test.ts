// Folders that Dovecot creates are folders in Waypost, and the other way round, in both of Dovecot's layouts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectToHost } from '../../main/running/control-client.ts';
import { initHome, serve } from '../support/host-process.ts';
import { imapServer } from '../support/imap-programs.ts';
import { without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const skip = without('dovecot');

for (const [layout, separator] of [
  ['maildir++', '.'],
  ['fs', '/'],
] as const) {
  test(`folders: made, renamed and removed by Waypost and Dovecot, ${layout} → both agree`, { skip }, async t => {
    const directory = tempDir(t);
    const { home, maildir } = await initHome(directory, 'me.example', 'ann');
    await serve(t, home, []);
    const { api, close } = await connectToHost(home);
    t.after(close);
    const server = imapServer(`${directory}/dovecot`, maildir, layout);
    const imap = await server.connect(t);
    // A session keeps the list that it has read; another one reads it again.
    const inImap = async (): Promise<string> => {
      const session = await server.connect(t);
      const lines = await session.command('LIST "" *');
      await session.end();
      return lines
        .map(line => line.replace(/^.* "?(.*?)"?$/, '$1').replaceAll(separator, '>'))
        .sort()
        .join(' ');
    };
    const shownByImap = (...paths: string[]) =>
      until(`IMAP to list ${paths.join(' ')}`, async () => (await inImap()) === paths.sort().join(' '), 20_000);
    const inWaypost = async () => (await api.call('mail.mailboxes', {})).map(({ path }) => path.join('>'));

    const inner = ['Work', 'Work>Lists', 'Work>Lists>Entw&APw-rfe'];
    for (const path of inner) await imap.command(`CREATE "${path.replaceAll('>', separator)}"`);
    await until('Waypost to show them', async () => (await inWaypost()).includes('Work>Lists>Entwürfe'));
    const text = 'Subject: hi\r\n\r\nhi\r\n';
    await imap.command(`APPEND "${inner[2]?.replaceAll('>', separator)}" {${text.length}+}\r\n${text}`);

    const { id: work } = (await api.call('mail.mailboxes', {})).find(({ name }) => name === 'Work') ?? { id: '' };
    await api.call('mail.makeFolder', { parent: work, name: 'Größe' });
    const { id: office } = await api.call('mail.renameFolder', { id: work, name: 'Büro' });
    const office7 = 'B&APw-ro';
    const within = ['', '>Gr&APYA3w-e', '>Lists', '>Lists>Entw&APw-rfe'];
    await shownByImap('INBOX', ...within.map(path => office7 + path));
    await imap.command(`RENAME "${office7}" "Office"`);
    await until('Waypost to show that', async () => (await inWaypost()).includes('Office>Lists>Entwürfe'));
    assert.ok(!(await inWaypost()).some(path => path.startsWith('Büro')), office);
    const { id } = (await api.call('mail.mailboxes', {})).find(({ name }) => name === 'Office') ?? { id: '' };
    assert.deepEqual(await api.call('mail.removeFolder', { id }), { trashed: 1 });
    await shownByImap('INBOX', 'Trash');
    assert.ok((await imap.command('STATUS Trash (MESSAGES)')).join().includes('MESSAGES 1'));
    await imap.command('DELETE Trash');
    await until('Waypost to see that', async () => (await api.call('mail.mailboxes', {})).at(-1)?.total === 0);
    await imap.end();
  });
}
