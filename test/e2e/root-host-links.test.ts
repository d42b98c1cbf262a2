// A home that root made, whose host was taken over: root does not follow the links in its files.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { waypost } from '../support/host-process.ts';
import { initAsRoot, notRoot, rootsUsers } from '../support/root-home.ts';
import { tempDir } from '../support/temp-dir.ts';

const { host, alias } = rootsUsers;

/** What the host's user can do to anything of its own. */
function replaceByLink(path: string, target: string): void {
  rmSync(`${path}.old`, { recursive: true, force: true });
  renameSync(path, `${path}.old`);
  symlinkSync(target, path);
  lchownSync(path, host.uid, host.gid);
}

const send = (home: string) =>
  waypost(['sendmail', '--home', home, '-f', 'a@b.example', 'joe@h.example'], { input: 'Subject: x\n\nHello.\n' });

test('root calls sendmail, the host has put links into its queue → root writes nothing where they lead', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const victim = tempDir(t);
  const file = join(victim, 'file');
  writeFileSync(file, 'kept', { mode: 0o600 });
  symlinkSync(file, join(home, 'queue/lock/trigger'));
  assert.equal((await send(home)).code, 0);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
  const queued = readdirSync(join(home, 'queue/todo'));
  assert.equal(queued.length, 1);
  assert.equal(statSync(join(home, 'queue/todo', queued[0] as string)).uid, host.uid);

  replaceByLink(join(home, 'queue/todo'), victim);
  assert.notEqual((await send(home)).code, 0);
  assert.deepEqual(readdirSync(victim), ['file']);
});

const adopt = (home: string) => waypost(['adopt', '--home', home, '--alias-user', `${alias.uid}:${alias.gid}`]);

test('waypost adopt where the host has replaced its folders by links → refused, nothing changed where they lead', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const victim = tempDir(t);
  mkdirSync(join(victim, 'lock'));
  const mode = () => (statSync(victim).mode & 0o7777).toString(8);
  for (const name of ['run', 'index', 'queue', 'bin']) {
    replaceByLink(join(home, name), victim);
    const { code, stderr } = await adopt(home);
    assert.notEqual(code, 0);
    assert.match(stderr, name === 'queue' ? /./ : new RegExp(`${name} is a link that is not root's`));
    assert.deepEqual([mode(), readdirSync(victim), readdirSync(join(victim, 'lock'))], ['700', ['lock'], []], name);
    rmSync(join(home, name));
    renameSync(join(home, `${name}.old`), join(home, name));
  }
  assert.equal((await adopt(home)).code, 0);
});

test('waypost adopt where passwd is a link, or a file of others → refused, and neither file nor mode changes where it leads', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const directory = tempDir(t);
  const file = join(directory, 'of-others');
  writeFileSync(file, 'kept', { mode: 0o644 });
  const passwd = join(home, 'passwd');
  for (const target of [file, join(directory, 'new')]) {
    rmSync(passwd);
    symlinkSync(target, passwd);
    lchownSync(passwd, host.uid, host.gid);
    const { code, stderr } = await adopt(home);
    assert.equal(code, 1);
    assert.match(stderr, /passwd is a link that is not root's/);
  }
  rmSync(passwd);
  linkSync(file, passwd);
  assert.match((await adopt(home)).stderr, /passwd is a file that has another name elsewhere/);
  assert.deepEqual([readdirSync(directory), statSync(file).mode & 0o777], [['of-others'], 0o644]);
  rmSync(passwd);
  assert.equal((await adopt(home)).code, 0);
  assert.deepEqual([statSync(passwd).uid, statSync(passwd).mode & 0o777], [0, 0o600]);
});

test('root writes a secret, or calls qmail-tcpok, and the host has put links there → nothing changes where they lead', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const victim = tempDir(t);
  const login = () => waypost(['login', '--home', home, 'relay'], { input: 'open sesame\n' });
  assert.equal((await login()).code, 0);
  const secret = statSync(join(home, 'secrets/relay'));
  assert.deepEqual([secret.uid, secret.gid, secret.mode & 0o777], [host.uid, host.gid, 0o600]);
  replaceByLink(join(home, 'secrets'), victim);
  assert.notEqual((await login()).code, 0);
  assert.deepEqual(readdirSync(victim), []);

  const file = join(victim, 'file');
  writeFileSync(file, 'kept', { mode: 0o600 });
  const tcpok = () => waypost(['qmail-tcpok', '--home', home]);
  assert.equal((await tcpok()).code, 0);
  replaceByLink(join(home, 'queue/lock/tcpto'), file);
  assert.notEqual((await tcpok()).code, 0);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
});

test('waypost adopt where the host or alias has given files of others a name in what is its own → refused, nothing is given', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const secret = join(tempDir(t), 'shadow');
  writeFileSync(secret, 'secret\n', { mode: 0o600 });
  const seen = () => [statSync(secret).uid, (statSync(secret).mode & 0o777).toString(8)];
  for (const name of ['queue/mess/3/3', 'log/send', 'alias/.qmail-x', 'index/joe/mail.sqlite']) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    const link = join(home, name);
    linkSync(secret, link);
    const { code, stderr } = await adopt(home);
    assert.deepEqual([code, seen()], [1, [0, '600']], name);
    assert.match(stderr, /is a file that has another name elsewhere.*Remove it first/);
    rmSync(link);
  }
  // A message that is being queued has two names, both of them here.
  writeFileSync(join(home, 'queue/intd/5'), '');
  linkSync(join(home, 'queue/intd/5'), join(home, 'queue/todo/5'));
  const { code, stderr } = await adopt(home);
  assert.equal(code, 0, stderr);
  assert.equal(statSync(join(home, 'queue/todo/5')).uid, host.uid);
});

test('the host tries to replace the reader’s index by a link → it cannot; a home where it could is not run', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const asHost = (script: string) => spawnSync('/bin/sh', ['-c', script], { cwd: home, ...host, encoding: 'utf8' });
  for (const script of [
    'mv index away',
    'mv index/joe index/away',
    'ln -s /tmp index/other',
    'mv bin away',
    'mv control away',
  ]) {
    const { status, stderr } = asHost(script);
    assert.deepEqual([status, /denied|not permitted/.test(stderr)], [1, true], `${script}: ${stderr}`);
  }
  assert.equal(asHost('touch queue/mine').status, 0);
  for (const name of ['index', 'bin']) {
    lchownSync(join(home, name), host.uid, host.gid);
    const { code, stderr } = await waypost(['serve', '--home', home]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`: ${name} should belong to root .*Run once: waypost adopt`));
    lchownSync(join(home, name), 0, 0);
  }
});

test('a home in a directory of another user, or behind a link of theirs → root neither runs nor adopts it', {
  skip: notRoot,
}, async t => {
  const { home } = await initAsRoot(t);
  const around = dirname(home);
  const [theirs, moved] = [join(around, 'theirs'), join(around, 'theirs/home')];
  mkdirSync(theirs);
  renameSync(home, moved);
  const link = join(around, 'link');
  symlinkSync('theirs', link);
  const refused = async (args: readonly string[], by: string) => {
    const { code, stderr } = await waypost(args);
    assert.equal(code, 1, stderr);
    assert.match(stderr, new RegExp(`: ${by} is not root's alone, .* Move the home`));
  };
  lchownSync(theirs, host.uid, host.gid);
  for (const command of ['serve', 'adopt']) await refused([command, '--home', moved], theirs);
  lchownSync(theirs, 0, 0);
  lchownSync(link, host.uid, host.gid);
  await refused(['serve', '--home', join(link, 'home')], link);
  assert.equal((await adopt(moved)).code, 0);
});
