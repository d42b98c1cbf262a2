// `waypost config` with a provider made of Postfix and Dovecot: an address and a password, and mail goes out and comes in.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connectToHost } from '../../main/running/control-client.ts';
import { initHome, personsDir, serve, waypost } from '../support/host-process.ts';
import {
  address,
  password,
  type StandInProvider,
  startProvider,
  withoutProvider,
} from '../support/stand-in-provider.ts';
import { until } from '../support/until.ts';

const skip = withoutProvider();
const resolvers = '127.0.0.1:1\n';

/** The answers as lines, in the order of the questions. */
function answersFor(provider: StandInProvider, more: Partial<Record<'password' | 'fetching', string>> = {}): string {
  const { submission, ports, authority } = provider;
  const fetching = more.fetching ?? `imap\nlocalhost:${ports.imaps}`;
  const sending = `localhost:${submission}/starttls`;
  return `provider\nAnn\n${address}\n\n${more.password ?? password}\n${sending}\n${fetching}\n${authority}\n`;
}

async function apiOf(t: TestContext, home: string) {
  const { api, close } = await connectToHost(home);
  t.after(close);
  return api;
}

async function homeIn(t: TestContext) {
  const made = await initHome(personsDir(t), 'here.example', 'ines', { resolvers });
  const read = (path: string) => readFileSync(join(made.home, path), 'utf8');
  const config = (input: string) => waypost(['config', '--home', made.home], { input });
  return { ...made, read, config };
}

test('waypost config, provider: wrong password → said in words, nothing written; the right one → mail goes out and comes in', {
  skip,
}, async t => {
  const provider = await startProvider(t);
  const { home, maildir, read, config } = await homeIn(t);
  const wrong = await config(answersFor(provider, { password: 'mellon' }));
  assert.equal(wrong.code, 1, wrong.stdout);
  assert.match(
    wrong.stdout,
    /Login for sending:\n {2}localhost refused the login as ann@provider\.example \(.*535 5\.7\.8/,
  );
  assert.match(wrong.stdout, /This failed\. Compare the user name and the password/);
  assert.ok(!`${wrong.stdout}${wrong.stderr}`.includes('mellon'));
  assert.deepEqual(
    ['control/smtproutes', 'control/identities', 'control/fetch', 'secrets/provider'].map(path =>
      existsSync(join(home, path)),
    ),
    [false, false, false, false],
  );

  const right = await config(answersFor(provider));
  assert.equal(right.code, 0, right.stdout + right.stderr);
  assert.ok(!`${right.stdout}${right.stderr}`.includes(password));
  assert.match(right.stdout, /The message has arrived in the inbox at the provider\.\n/);
  assert.equal(read('control/smtproutes'), `:localhost:${provider.submission}|${address}|@provider\n`);
  assert.equal(read('control/identities'), `${address}\n`);
  assert.equal(read('secrets/provider'), `${password}\n`);
  assert.equal(statSync(join(home, 'secrets/provider')).mode & 0o777, 0o600);

  await serve(t, home, ['--smtp', '127.0.0.1:0']);
  const api = await apiOf(t, home);
  const draft = await api.call('compose.start', { kind: 'new' });
  await api.call('compose.send', { ...draft, to: 'joe@far.example', subject: 'out', text: 'through the provider' });
  const sent = await until('the message at the provider', () =>
    provider
      .names()
      .map(name => textOf(provider, name))
      .find(text => text.includes('Subject: out')),
  );
  assert.match(sent, /^From: Ann <ann@provider\.example>\r?$/m);
  provider.put('9.z', 'From: joe@far.example\nTo: ann@provider.example\nSubject: in\n\nback\n');
  await waypost(['fetch', '--home', home, 'provider']);
  await until('the answer in the Maildir', () => messagesIn(maildir).some(text => text.includes('Subject: in')));
  assert.ok(messagesIn(maildir).some(text => text.includes('Subject: Waypost: a test message to yourself')));
});

test('waypost config, provider: run again with a running host, by POP3 and TLS from the start → the host uses it at once', {
  skip,
}, async t => {
  const provider = await startProvider(t);
  const { home, read, config } = await homeIn(t);
  await serve(t, home, ['--smtp', '127.0.0.1:0']);
  const api = await apiOf(t, home);
  const { ports, submissions, authority } = provider;
  const first = await config(answersFor(provider, { fetching: `pop3\nlocalhost:${ports.pop3}/starttls` }));
  assert.equal(first.code, 0, first.stdout + first.stderr);
  assert.deepEqual(
    (await api.call('fetch.list', {})).accounts.map(({ name }) => name),
    ['provider'],
  );
  assert.equal((await api.call('host.status', {})).owner.from, address);

  // Everything but the server stays as it is, the password too.
  const again = await config(`\n\n\n\n\nlocalhost:${submissions}/tls\n\n\n\n`);
  assert.equal(again.code, 0, again.stdout + again.stderr);
  assert.match(again.stdout, /Your address at the provider \[ann@provider\.example\]: ann@provider\.example\n/);
  assert.equal(read('control/smtproutes'), `:localhost:${submissions}|${address}|@provider\n`);
  assert.equal(read('control/tlsdestinations'), `localhost:${authority}||;s${submissions}\n`);
  const { outcome } = (await api.call('explain.address', { address: 'joe@far.example', sender: address, dns: false }))
    .verdict;
  assert.equal(outcome, 'remote');

  const local = await config('local\n\n\n\n\n\n\n\n\n');
  assert.equal(local.code, 0, local.stdout + local.stderr);
  assert.deepEqual(readdirSync(join(home, 'control/fetch')), []);
  assert.ok(!existsSync(join(home, 'control/identities')));
});

function messagesIn(maildir: string): string[] {
  return ['new', 'cur']
    .map(part => join(maildir, part))
    .flatMap(directory => readdirSync(directory).map(name => readFileSync(join(directory, name), 'latin1')));
}

function textOf({ maildir }: StandInProvider, name: string): string {
  const path = ['new', 'cur'].map(part => join(maildir, part, name)).find(existsSync);
  return path === undefined ? '' : readFileSync(path, 'latin1');
}
