// Mail is fetched from Dovecot, as a provider would have it, by a host that runs as a user would start it.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { giveToOwner, initHome, personsDir, serve, type TestHome, waypost } from '../support/host-process.ts';
import { without } from '../support/programs.ts';
import { until } from '../support/until.ts';

const skip = without('dovecot-pop3');

/** A home with one account, and a host. */
async function startFetching(t: TestContext, account: string, password = 'sesame'): Promise<TestHome> {
  const directory = personsDir(t);
  const home = await initHome(directory, 'here.example', 'ines', {});
  mkdirSync(join(home.home, 'control/fetch'), { recursive: true });
  writeFileSync(join(home.home, 'control/fetch/provider'), account);
  mkdirSync(join(home.home, 'secrets'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home.home, 'secrets/provider'), `${password}\n`);
  chmodSync(join(home.home, 'secrets/provider'), 0o600);
  giveToOwner(directory);
  await serve(t, home.home, ['--smtp', '127.0.0.1:0']);
  return home;
}

const fetchNow = ({ home }: TestHome) => waypost(['fetch', '--home', home, 'provider']);

/** What was delivered, without the fields that delivery and fetching put on top. */
async function delivered({ maildir }: TestHome, count: number): Promise<string[]> {
  const directory = join(maildir, 'new');
  const names = await until(`${count} messages in the Maildir`, () => {
    const all = readdirSync(directory);
    return all.length >= count ? all : undefined;
  });
  return names.map(name => readFileSync(join(directory, name), 'latin1'));
}

const message = (subject: string, more = '') =>
  `Return-Path: <ann@sender.example>\nDelivered-To: joe@provider.example\nFrom: ann@sender.example\nSubject: ${subject}\nMessage-ID: <${subject}@sender.example>\n${more}\n.dot\n..\nend of ${subject}\n`;

const rest = 'user joe\nsecret provider\nto ines@here.example\nevery 0\n';

function pop3(dovecot: Dovecot, more: string): string {
  return `protocol pop3\nserver localhost:${dovecot.ports.pop3s}\nauthority ${dovecot.authority}\n${rest}${more}`;
}

const endings = (texts: readonly string[]) =>
  texts
    .map(text =>
      text
        .slice(text.indexOf('\n\n') + 2)
        .split('\n')
        .at(-2),
    )
    .sort();

test('pop3: keep no, over TLS → messages are delivered whole, and deleted there; the next time there is nothing', {
  skip,
}, async t => {
  const dovecot = await startDovecot(t, ['auth_mechanisms = plain cram-md5 scram-sha-256']);
  dovecot.put('1.a', message('one'));
  dovecot.put('2.b', message('two'));
  const home = await startFetching(t, pop3(dovecot, 'keep no\n'));
  const first = await fetchNow(home);
  assert.deepEqual([first.code, first.stderr], [0, '']);
  assert.match(first.stdout, /provider: 2 messages\.\n$/);
  const texts = await delivered(home, 2);
  assert.deepEqual(endings(texts), ['end of one', 'end of two']);
  assert.ok(
    texts.every(text => text.startsWith('Return-Path: <ann@sender.example>\nDelivered-To: ines@here.example\n')),
  );
  assert.ok(texts.every(text => text.includes('\n.dot\n..\n')));
  assert.match(
    texts[0] ?? '',
    /\nReceived: from localhost \(account provider\)\n {2}by here\.example with POP3S id [0-9a-f]{32}; /,
  );
  assert.deepEqual(dovecot.names(), []);
  assert.match((await fetchNow(home)).stdout, /provider: 0 messages\.\n$/);
  assert.equal(dovecot.log().match(/method=SCRAM-SHA-256/g)?.length, 2);
});

test('pop3: STARTTLS, keep as by default → a message is fetched once, and stays there', { skip }, async t => {
  const dovecot = await startDovecot(t);
  dovecot.put('1.a', message('one'));
  const account = `protocol pop3\nserver localhost:${dovecot.ports.pop3}\ntls starttls\nauthority ${dovecot.authority}\n${rest}`;
  const home = await startFetching(t, account);
  assert.match((await fetchNow(home)).stdout, /provider: 1 message\.\n$/);
  dovecot.put('2.b', message('two'));
  assert.match((await fetchNow(home)).stdout, /provider: 1 message\.\n$/);
  assert.deepEqual(endings(await delivered(home, 2)), ['end of one', 'end of two']);
  assert.equal(dovecot.names().length, 2);
});

test('pop3: wrong password, foreign certificate → each is said in words, and nothing is fetched', { skip }, async t => {
  const dovecot = await startDovecot(t);
  dovecot.put('1.a', message('one'));
  const wrong = await fetchNow(await startFetching(t, pop3(dovecot, ''), 'mellon'));
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /localhost refuses the login of joe: \[AUTH\] Authentication failed/);
  const foreign = pop3(dovecot, '').replace(/authority .*\n/, '');
  const untrusted = await fetchNow(await startFetching(t, foreign));
  assert.match(
    untrusted.stdout,
    /localhost is not trusted: the certificate is signed by itself; if it is the right server, name its authority/,
  );
  assert.equal(dovecot.names().length, 1);
});

function imap(dovecot: Dovecot, more: string): string {
  return `protocol imap\nserver localhost:${dovecot.ports.imaps}\nauthority ${dovecot.authority}\n${rest}${more}`;
}

test('imap: keep no, several folders, a large message → all whole, unwanted mail is marked, only what is here is deleted', {
  skip,
}, async t => {
  const dovecot = await startDovecot(t, ['auth_mechanisms = plain cram-md5 scram-sha-256']);
  const large = `${'0123456789'.repeat(7)}\n`.repeat(8000);
  dovecot.put('1.a', message('one'));
  dovecot.put('2.b', message('large', `\n${large}`).replace('Subject: large', 'Subject: large\nX: y'));
  dovecot.put('3.c', message('list'), 'Lists.Boats');
  dovecot.put('4.d', message('junk'), 'Junk');
  const home = await startFetching(t, imap(dovecot, 'keep no\nfolder INBOX\nfolder Lists.Boats\nspam-folder Junk\n'));
  const first = await fetchNow(home);
  assert.match(first.stdout, /provider: 4 messages\.\n$/, first.stdout);
  const texts = await delivered(home, 4);
  assert.deepEqual(endings(texts), ['end of junk', 'end of large', 'end of list', 'end of one']);
  assert.ok(texts.find(text => text.includes('Subject: large'))?.includes(`\n\n${large}\n.dot\n..\n`));
  const marked = texts.filter(text => text.includes('\nX-Spam-Flag: YES\n'));
  assert.deepEqual(endings(marked), ['end of junk']);
  assert.deepEqual(
    ['', 'Lists.Boats', 'Junk'].flatMap(folder => dovecot.names(folder)),
    [],
  );
  assert.match((await fetchNow(home)).stdout, /provider: 0 messages\.\n$/);
  assert.equal(dovecot.log().match(/method=SCRAM-SHA-256/g)?.length, 2);
});

test('imap: STARTTLS, keep as by default, then a new UIDVALIDITY → no message comes twice, a new one comes', {
  skip,
}, async t => {
  const dovecot = await startDovecot(t, ['auth_mechanisms = cram-md5']);
  dovecot.put('1.a', message('one'));
  dovecot.put('2.b', message('two'));
  const account = `protocol imap\nserver localhost:${dovecot.ports.imap}\ntls starttls\nauthority ${dovecot.authority}\n${rest}`;
  const home = await startFetching(t, account);
  assert.match((await fetchNow(home)).stdout, /provider: 2 messages\.\n$/);
  dovecot.renumber();
  dovecot.put('3.c', message('three'));
  assert.match((await fetchNow(home)).stdout, /provider: 1 message\.\n$/);
  assert.deepEqual(endings(await delivered(home, 3)), ['end of one', 'end of three', 'end of two']);
  assert.equal(dovecot.names().length, 3);
  assert.equal(dovecot.log().match(/method=CRAM-MD5/g)?.length, 2);
});

test('imap: a folder that is not there, a wrong password → said in words', { skip }, async t => {
  const dovecot = await startDovecot(t, ['auth_mechanisms = login']);
  const home = await startFetching(t, imap(dovecot, 'folder Nowhere\n'));
  assert.match((await fetchNow(home)).stdout, /there is no folder Nowhere at localhost/);
  writeFileSync(join(home.home, 'secrets/provider'), 'mellon\n');
  assert.match((await fetchNow(home)).stdout, /localhost refuses the login of joe: .*Authentication failed/);
});

test('imap: idle → a message comes when it has arrived there, and the connection stays', { skip }, async t => {
  const dovecot = await startDovecot(t);
  dovecot.put('1.a', message('one'));
  const home = await startFetching(t, imap(dovecot, 'idle yes\nkeep no\n'));
  const state = async () =>
    JSON.parse((await waypost(['fetch', '--home', home.home, '--json'])).stdout).accounts[0].state;
  assert.match((await fetchNow(home)).stdout, /provider: 1 message\.\n$/);
  assert.equal(await state(), 'listening');
  dovecot.put('2.b', message('two'));
  assert.deepEqual(endings(await delivered(home, 2)), ['end of one', 'end of two']);
  await until('it listens again', async () => (await state()) === 'listening');
  await until('both are deleted there', () => dovecot.names().length === 0);
  assert.match((await fetchNow(home)).stdout, /provider: 0 messages\.\n$/);
  assert.equal(dovecot.log().match(/imap-login: (?:Info: )?Login/g)?.length, 1, dovecot.log());
});
