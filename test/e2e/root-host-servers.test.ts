// The services of a host that root runs: the parent does only what needs root.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { findSystemUser } from '../../core/local/users/system-users.ts';
import { serve, waypost } from '../support/host-process.ts';
import { makeMaildir } from '../support/pop3-rig.ts';
import { without } from '../support/programs.ts';
import { clientOn, type RawClient, rawClient } from '../support/raw-client.ts';
import { initAsRoot, notRoot, rootsUsers } from '../support/root-home.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const fixtures = join(import.meta.dirname, '../fixtures/tls');
const { joe } = rootsUsers;

/** Says a command and gives the last line of its reply. */
async function ask(client: RawClient, command: string): Promise<string> {
  client.send(`${command}\r\n`);
  for (;;) {
    const line = await client.line();
    if (line[3] !== '-') return line;
  }
}

/** A port that only root may bind. */
async function freeLowPort(): Promise<number> {
  for (let port = 1023; port > 512; port--) {
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (free) return port;
  }
  throw new Error('all ports below 1024 are taken');
}

test('a host of root: a port below 1024; SMTP AUTH with a password that only the parent can read → in; a wrong one → not', {
  skip: notRoot,
}, async t => {
  const { home, maildir } = await initAsRoot(t);
  await waypost(['passwd', '--home', home, 'joe', maildir], { input: 'sesame\n' });
  for (const name of ['cert.pem', 'key.pem']) {
    copyFileSync(join(fixtures, name), join(home, 'tls', name));
    chownSync(join(home, 'tls', name), 0, rootsUsers.host.gid);
  }
  const port = await freeLowPort();
  const host = await serve(t, home, ['--smtp', `127.0.0.1:${port}`]);
  assert.equal(host.ready.smtp?.port, port);
  const tryWith = async (password: string) => {
    const client = await rawClient(port);
    await client.line();
    await ask(client, 'EHLO x');
    assert.match(await ask(client, 'STARTTLS'), /^220 /);
    client.socket.removeAllListeners('data');
    const ca = readFileSync(join(fixtures, 'cert.pem'));
    const secure = connectTls({ socket: client.socket, ca, servername: 'heaven.af.mil' });
    await once(secure, 'secureConnect');
    const inside = clientOn(secure);
    await ask(inside, 'EHLO x');
    const answer = await ask(inside, `AUTH PLAIN ${Buffer.from(`\0joe\0${password}`).toString('base64')}`);
    await ask(inside, 'MAIL FROM:<joe@h.example>');
    const relayed = await ask(inside, 'RCPT TO:<someone@elsewhere.example>');
    secure.destroy();
    return [answer.slice(0, 3), relayed.slice(0, 3)];
  };
  assert.deepEqual(await tryWith('sesame'), ['235', '250'], host.log());
  assert.deepEqual(await tryWith('wrong'), ['535', '553'], host.log());
  assert.equal(await host.stop(), 0);
});

test('a host of root: --turn below 1024 → the mail of the link goes to the client that connects there', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const site = '127.209.13.21';
  const peer = await startPeer(t, {}, site);
  mkdirSync(join(home, 'control/links'), { recursive: true });
  const link = `carries site.example\nserver client:${peer.port}\nturn-for address ${site}\n`;
  writeFileSync(join(home, 'control/links/site'), link);
  const turn = await freeLowPort();
  const host = await serve(t, home, ['--turn', `127.0.0.1:${turn}`]);
  assert.equal(host.ready.turn?.port, turn);
  const args = ['sendmail', '--home', home, '-f', 'joe@h.example', 'ann@site.example'];
  assert.equal((await waypost(args, { input: 'Subject: x\n\nHello.\n' })).code, 0);
  const waiting = () => readdirSync(join(home, 'serial/site/Maildir/new')).length;
  await until('the message', () => waiting() === 1);
  await clientOn(connect({ port: turn, host: '127.0.0.1', localAddress: '127.209.13.22' })).rest();
  assert.equal(waiting(), 1);
  await clientOn(connect({ port: turn, host: '127.0.0.1', localAddress: site })).rest();
  await until('its mail', () => peer.sessions.some(({ messages }) => messages.length === 1) && waiting() === 0);
  assert.equal(peer.sessions.length, 1);
  assert.equal(await host.stop(), 0);
});

test('a host of root: a checkpassword program → it starts as root, gets only the client’s facts, and becomes the mailbox’s owner', {
  skip: notRoot || without('setpriv'),
}, async t => {
  const { home, mailHome, maildir } = await initAsRoot(t);
  makeMaildir(maildir);
  execFileSync('chown', ['-R', `${joe.uid}:${joe.gid}`, maildir]);
  const directory = tempDir(t);
  const [program, seen] = [join(directory, 'check'), join(directory, 'seen')];
  const drop = `exec setpriv --reuid ${joe.uid} --regid ${joe.gid} --clear-groups "$@"`;
  const check = `id -u >>${seen}; env >>${seen}
case "$(tr '\\0' ' ' <&3)" in "jim tanstaaf "*) cd ${mailHome} && ${drop};; esac
exit 1`;
  writeFileSync(program, `#!/bin/sh\n${check}\n`, { mode: 0o755 });
  const host = await serve(t, home, ['--pop3', '127.0.0.1:0', '--checkpassword', program]);
  const visit = async (password: string) => {
    const client = connect({ host: '127.0.0.1', port: host.ready.pop3?.port as number });
    client.write(`USER jim\r\nPASS ${password}\r\nSTAT\r\nQUIT\r\n`);
    return (await text(client)).split('\r\n').slice(2);
  };
  assert.match((await visit('tanstaaf')).join('|'), /^\+OK \|\+OK 3 \d+\|\+OK \|$/, host.log());
  assert.match((await visit('wrong')).join('|'), /^-ERR authorization failed/);
  const [uid, ...environment] = readFileSync(seen, 'utf8').split('\n');
  assert.equal(uid, '0');
  const names = environment.map(line => line.split('=')[0]).filter(name => /^[A-Z]/.test(name ?? ''));
  assert.deepEqual(
    names.filter(
      name => !/^(PATH|ELECTRON_RUN_AS_NODE|WAYPOST_HOME|PROTO|TCP[A-Z]+|PWD|OLDPWD|SHLVL|_)$/.test(name ?? ''),
    ),
    [],
  );
  assert.ok(names.includes('TCPREMOTEIP'));
  assert.equal(await host.stop(), 0);
});

test('a host of root: another user’s address is explained → to root with that user’s files, to others that they cannot see them', {
  skip: notRoot,
}, async t => {
  const { home, mailHome } = await initAsRoot(t);
  const jane = join(mailHome, '..', 'jane');
  mkdirSync(jane, { mode: 0o700 });
  writeFileSync(join(jane, '.qmail'), '&elsewhere@far.example\n', { mode: 0o600 });
  for (const path of [jane, join(jane, '.qmail')]) chownSync(path, 54_361, 54_362);
  const assign = join(home, 'users/assign');
  writeFileSync(assign, `=jane:jane:54361:54362:${jane}:::\n${readFileSync(assign, 'utf8')}`);
  const host = await serve(t, home, []);
  const root = await waypost(['explain', '--home', home, 'jane@h.example']);
  assert.match(root.stdout, /forward elsewhere@far\.example/, root.stderr);
  const question = JSON.stringify({ address: 'jane@h.example' });
  const { stdout } = await waypost(['api', 'explain.address', question, '--home', home]);
  const { verdict } = JSON.parse(stdout);
  assert.equal(verdict.outcome, 'unknown');
  assert.equal(
    verdict.text,
    'Only root and the user with the uid 54361 can see what happens to this mail. As root, run: waypost explain jane@h.example',
  );
  assert.equal(await host.stop(), 0);
});

/** A machine that has qmail has its user alias, which then is used. */
const aliasAccount = findSystemUser('alias') ? 'alias' : 'waypost-alias';
const usualAccounts = ['waypost', 'waypost-parser', aliasAccount];
const madeAccounts = usualAccounts.filter(name => name.startsWith('waypost'));
const taken = madeAccounts.some(name => findSystemUser(name)) && 'the machine has such accounts';

test('init and adopt with --make-users → accounts of the system, three that are not each other, nor root, nor can log in', {
  skip: notRoot || without('useradd') || taken,
}, async t => {
  const { home: other, mailHome } = await initAsRoot(t);
  t.after(() => {
    for (const name of madeAccounts) if (findSystemUser(name)) execFileSync('userdel', [name], { stdio: 'pipe' });
  });
  const home = join(mailHome, '..', 'made');
  const whose = ['--me', 'h.example', '--user', 'joe', '--mail-home', mailHome];
  const refused = await waypost(['init', '--home', home, ...whose]);
  assert.ok(refused.stderr.includes(`these are missing: ${madeAccounts.join(', ')}. Create them with --make-users`));
  const made = await waypost(['init', '--home', home, ...whose, '--make-users']);
  assert.equal(made.code, 0, made.stderr);
  const accounts = usualAccounts.map(name => findSystemUser(name));
  const uids = accounts.map(account => account?.uid ?? 0);
  assert.equal(new Set([...uids, 0, joe.uid]).size, 5);
  const shells = madeAccounts.map(name => execFileSync('getent', ['passwd', name], { encoding: 'utf8' }).trim());
  for (const line of shells) assert.match(line, /:\/nonexistent:\/usr\/sbin\/nologin$/);
  const ids = accounts.map(account => `${account?.uid}:${account?.gid}`);
  assert.equal(readFileSync(join(home, 'control/runas'), 'utf8').trim(), ids[0]);
  assert.equal(readFileSync(join(home, 'control/parseas'), 'utf8').trim(), ids[1]);
  assert.match(readFileSync(join(home, 'users/assign'), 'utf8'), new RegExp(`^\\+:alias:${ids[2]}:`, 'm'));

  for (const name of ['runas', 'parseas']) execFileSync('rm', [join(other, 'control', name)]);
  const adopted = await waypost(['adopt', '--home', other, '--make-users']);
  assert.equal(adopted.code, 0, adopted.stderr);
  assert.equal(readFileSync(join(other, 'control/runas'), 'utf8').trim(), ids[0]);
  assert.match(readFileSync(join(other, 'users/assign'), 'utf8'), new RegExp(`^\\+:alias:${ids[2]}:`, 'm'));
});
