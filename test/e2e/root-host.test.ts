// A host that root runs, as `waypost serve` starts it: each user's mail is delivered as that user.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serve, waypost } from '../support/host-process.ts';
import { rawClient } from '../support/raw-client.ts';
import { initAsRoot, notRoot, rootsUsers } from '../support/root-home.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const { uid, gid } = rootsUsers.joe;

function writeFor(user: keyof typeof rootsUsers, path: string, lines: readonly string[]): void {
  writeFileSync(path, `${lines.join('\n')}\n`);
  chownSync(path, rootsUsers[user].uid, rootsUsers[user].gid);
}

const send = (home: string, to: string) =>
  waypost(['sendmail', '--home', home, '-f', 'a@b.example', to], { input: 'Subject: x\n\nHello.\n' });

test('init: as root → what decides is root’s, what the host writes is the host’s, the mail is its owner’s', {
  skip: notRoot,
}, async t => {
  const { home, maildir } = await initAsRoot(t);
  const { host, alias } = rootsUsers;
  const ownerOf = (path: string) => {
    const stat = statSync(path);
    return [stat.uid, stat.gid, (stat.mode & 0o7777).toString(8)];
  };
  const expected = {
    '.': [0, host.gid, '1775'],
    control: [0, 0, '755'],
    'control/me': [0, 0, '644'],
    users: [0, 0, '755'],
    'users/assign': [0, 0, '644'],
    passwd: [0, 0, '600'],
    tls: [0, host.gid, '750'],
    bin: [0, 0, '755'],
    queue: [host.uid, host.gid, '700'],
    'queue/mess/0': [host.uid, host.gid, '755'],
    log: [host.uid, host.gid, '700'],
    run: [host.uid, host.gid, '755'],
    serial: [host.uid, host.gid, '700'],
    secrets: [host.uid, host.gid, '700'],
    'index/joe': [uid, gid, '700'],
    alias: [alias.uid, alias.gid, '755'],
    'alias/.qmail-postmaster': [alias.uid, alias.gid, '644'],
  };
  const seen = Object.fromEntries(Object.keys(expected).map(name => [name, ownerOf(join(home, name))]));
  assert.deepEqual(seen, expected);
  for (const name of ['', 'tmp', 'new', 'cur']) assert.deepEqual(ownerOf(join(maildir, name)), [uid, gid, '700']);
  assert.match(
    readFileSync(join(home, 'users/assign'), 'utf8'),
    new RegExp(`^\\+:alias:${alias.uid}:${alias.gid}:`, 'm'),
  );
});

test('init: as root, for root or without a user → refused with what to do, and nothing made', {
  skip: notRoot,
}, async t => {
  const home = join(tempDir(t), 'home');
  for (const more of [[], ['--user', 'root']]) {
    const { code, stderr } = await waypost(['init', '--home', home, '--me', 'h.example', ...more]);
    assert.deepEqual([code, stderr.includes('name the owner of the mail with --user NAME')], [100, true]);
  }
  assert.equal(statSync(home, { throwIfNoEntry: false }), undefined);
});

test('a host of root: mail for a user whom no passwd file knows → Maildir, programs and forwards as that user', {
  skip: notRoot,
}, async t => {
  const { home, mailHome, maildir } = await initAsRoot(t);
  writeFor('joe', join(mailHome, '.qmail'), [
    './Maildir/',
    '|id -u; id -G',
    '|except false',
    '|forward "$LOCAL-copy@$HOST"',
  ]);
  writeFor('joe', join(mailHome, '.qmail-copy'), ['./Maildir/']);
  writeFor('joe', join(mailHome, '.qmail-closed'), [`|cat ${home}/passwd`]);
  writeFor('alias', join(home, 'alias/.qmail-other'), ['|id -u; id -G']);
  const host = await serve(t, home, []);

  await send(home, 'joe@h.example');
  const stored = () => readdirSync(join(maildir, 'new'));
  await until('both copies', () => stored().length === 2);
  for (const name of stored()) {
    const { uid: owner, gid: group, mode } = statSync(join(maildir, 'new', name));
    assert.deepEqual([owner, group, mode & 0o777], [uid, gid, 0o600]);
  }
  assert.match(host.log(), new RegExp(`: success: ${uid}/${gid}/forward:_qp_\\d+/did_1\\+0\\+3/`));

  await send(home, 'joe-closed@h.example');
  await until('the report', () => /deferral: cat:_.*Permission_denied/.test(host.log()));
  await send(home, 'other@h.example');
  const { alias } = rootsUsers;
  await until('the alias', () => host.log().includes(`: success: ${alias.uid}/${alias.gid}/did_0+0+1/`));
  assert.equal(await host.stop(), 0);
});

test('a host of root: uid 0 in users/assign, a Maildir that the owner cannot write → mail waits, and a problem says why', {
  skip: notRoot,
}, async t => {
  const { home, maildir } = await initAsRoot(t);
  const path = join(home, 'users/assign');
  const assign = readFileSync(path, 'utf8');
  const host = await serve(t, home, []);
  const problems = async () => {
    const { stdout } = await waypost(['api', 'host.status', '--home', home]);
    return (JSON.parse(stdout).problems as { code: string; text: string }[]).map(
      ({ code, text }) => `${code}: ${text}`,
    );
  };
  assert.deepEqual(await problems(), []);

  writeFileSync(path, assign.replace(/:alias:\d+:\d+:/g, ':alias:0:0:'));
  assert.match((await problems()).join('\n'), /^alias-waits: Mail for postmaster waits .*users\/assign/);
  await send(home, 'nobody@h.example');
  await until('the deferral', () => host.log().includes('deferral: Not_allowed_to_perform_deliveries_as_root./'));
  writeFileSync(path, assign.replaceAll(`:${uid}:${gid}:`, ':0:0:'));
  assert.match((await problems()).join('\n'), /^owner-waits: All mail for joe waits .*users\/assign/m);
  await send(home, 'joe@h.example');
  await until('the deferral', () => host.log().split('deferral: Not_allowed').length === 3);
  assert.deepEqual(readdirSync(join(maildir, 'new')), []);

  writeFileSync(path, assign);
  for (const name of ['', 'tmp', 'new', 'cur']) chownSync(join(maildir, name), 0, 0);
  assert.match(
    (await problems()).join('\n'),
    /^owner-waits: All mail for joe waits in the queue: .*See: waypost explain joe@h\.example/,
  );
  assert.equal(await host.stop(), 0);
});

/** Each process of a host: its uid, and the groups it has besides its own. */
function processesOf(parent: number): { pid: number; uid: number; groups: string; args: string }[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid=,uid=,args='], { encoding: 'utf8' });
  const all = listed.split('\n').flatMap(line => {
    const [, pid, ppid, uid, args = ''] = /^ *(\d+) +(\d+) +(\d+) (.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), ppid: Number(ppid), uid: Number(uid), args }];
  });
  const below = (pid: number): typeof all =>
    all.filter(({ ppid }) => ppid === pid).flatMap(one => [one, ...below(one.pid)]);
  return below(parent).map(({ pid, uid, args }) => {
    const groups = /^Groups:[ \t]*(.*?)[ \t]*$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '?';
    return { pid, uid, groups, args };
  });
}

test('a host of root: who runs as whom, what the parent has open → only the parent is root, and no network is its', {
  skip: notRoot || process.platform !== 'linux',
}, async t => {
  const { home, maildir } = await initAsRoot(t);
  await waypost(['passwd', '--home', home, 'joe', maildir], { input: 'sesame\n' });
  const host = await serve(t, home, ['--smtp', '127.0.0.1:0', '--pop3', '127.0.0.1:0', '--ui', '127.0.0.1:0']);
  assert.equal(host.ready.pid, host.child.pid);
  await send(home, 'joe@h.example');
  await until('the mail', () => readdirSync(join(maildir, 'new')).length === 1);
  const list = JSON.stringify({ mailbox: 'INBOX', offset: 0, limit: 10 });
  const listed = await waypost(['api', 'mail.list', list, '--home', home]);
  assert.equal(listed.code, 0, listed.stderr);

  const processes = processesOf(host.ready.pid);
  const running = (pattern: RegExp) => processes.filter(({ args }) => pattern.test(args)).map(({ uid }) => uid);
  const users = rootsUsers;
  assert.deepEqual(running(/ serve /), [users.host.uid]);
  assert.deepEqual(running(/owner\.[jt]s/), [users.joe.uid]);
  assert.deepEqual([...new Set(running(/parser\.[jt]s/))], [users.parser.uid]);
  assert.deepEqual([...new Set(processes.map(({ groups }) => groups))], ['']);

  const sockets = readdirSync(`/proc/${host.ready.pid}/fd`).map(fd => readlinkSync(`/proc/${host.ready.pid}/fd/${fd}`));
  const tcp = ['tcp', 'tcp6'].map(name => readFileSync(`/proc/${host.ready.pid}/net/${name}`, 'utf8')).join('');
  const inodes = new Set(tcp.split('\n').map(line => line.trim().split(/ +/)[9]));
  assert.deepEqual(
    sockets.filter(name => inodes.has(/^socket:\[(\d+)\]$/.exec(name)?.[1] ?? '-')),
    [],
  );

  // POP3 leaves what arrived this very second for the next session.
  const [name] = readdirSync(join(maildir, 'new'));
  utimesSync(join(maildir, 'new', name as string), 1, 1);
  const client = await rawClient(host.ready.pop3?.port as number);
  client.send('USER joe\r\nPASS sesame\r\nSTAT\r\nQUIT\r\n');
  assert.match(await client.rest(), /^\+OK .*\r\n\+OK \r\n\+OK \r\n\+OK 1 \d+\r\n\+OK \r\n$/, host.log());
  host.child.kill('SIGHUP');
  await until('the new control files', () => host.log().includes('control files read again'));
  assert.equal(await host.stop(), 0);
});

test('a host of root: the host is killed → the parent ends with an error; the parent is killed → the host ends, and no mail is lost', {
  skip: notRoot,
}, async t => {
  const { home, mailHome, maildir } = await initAsRoot(t);
  writeFor('joe', join(mailHome, '.qmail'), ['|test -e ready || exit 111', './Maildir/']);
  const first = await serve(t, home, []);
  await send(home, 'joe@h.example');
  await until('the deferral', () => first.log().includes('deferral:'));
  const [host] = processesOf(first.ready.pid).filter(({ args }) => args.includes(' serve '));
  process.kill(host?.pid as number, 'SIGKILL');
  assert.equal(await first.ended, 111);

  const second = await serve(t, home, []);
  const pids = processesOf(second.ready.pid).map(({ pid }) => pid);
  assert.equal(await second.stop('SIGKILL'), 'SIGKILL');
  await until('all to be gone', () => pids.every(pid => !existsSync(`/proc/${pid}`)), 30_000);

  writeFor('joe', join(mailHome, 'ready'), ['']);
  const third = await serve(t, home, []);
  third.child.kill('SIGALRM');
  await until('the mail', () => readdirSync(join(maildir, 'new')).length === 1);
  assert.equal(await third.stop(), 0);
});

for (const which of ['the parent', 'the host'] as const) {
  test(`a host of root: ${which} is killed while programs hang, with and without a time limit → nothing is left running`, {
    skip: notRoot,
  }, async t => {
    const { home, mailHome } = await initAsRoot(t);
    writeFor('joe', join(mailHome, '.qmail-default'), ['|touch "hangs-$EXT"; sleep 300; true']);
    const { ready } = await serve(t, home, []);
    const hangs = async (name: string) => {
      await send(home, `joe-${name}@h.example`);
      await until('the program', () => existsSync(join(mailHome, `hangs-${name}`)));
    };
    await hangs('first');
    writeFileSync(join(home, 'control/programtimeout'), '1000\n');
    await hangs('second');
    const all = processesOf(ready.pid);
    assert.equal(all.filter(({ args }) => args === 'sleep 300').length, 2);
    const killed = which === 'the parent' ? ready.pid : all.find(({ args }) => args.includes(' serve '))?.pid;
    process.kill(killed as number, 'SIGKILL');
    t.after(() => {
      for (const { pid } of all) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    });
    await until('all to be gone', () => all.every(({ pid }) => !isRunning(pid)), 30_000);
  });
}

/** It does not exist, or is a zombie without a parent that waits for it. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a home that root ran before → refused with the command that adopts it, which keeps its mail', {
  skip: notRoot,
}, async t => {
  const { home, maildir } = await initAsRoot(t);
  await send(home, 'joe@h.example');
  for (const name of ['runas', 'parseas']) rmSync(join(home, 'control', name));
  // The sessions of pages that an earlier host admitted.
  mkdirSync(join(home, 'page'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, 'page', 'sessions.json'), '[]', { mode: 0o600 });
  execFileSync('chown', ['-R', '0:0', home]);
  const assign = join(home, 'users/assign');
  writeFileSync(assign, readFileSync(assign, 'utf8').replace(/:alias:\d+:\d+:/g, ':alias:0:0:'));
  const refused = await waypost(['serve', '--home', home]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Run once: waypost adopt --home /);

  const user = (name: keyof typeof rootsUsers) => `${rootsUsers[name].uid}:${rootsUsers[name].gid}`;
  const named = ['--run-as', user('host'), '--parse-as', user('parser'), '--alias-user', user('alias')];
  const adopted = await waypost(['adopt', '--home', home, ...named]);
  assert.equal(adopted.code, 0, adopted.stderr);
  for (const key of ['\\+', '=alias', '\\+alias-'])
    assert.match(readFileSync(assign, 'utf8'), new RegExp(`^${key}:alias:${user('alias')}:`, 'm'));
  const host = await serve(t, home, []);
  await until('the mail', () => readdirSync(join(maildir, 'new')).length === 1);
  assert.equal(await host.stop(), 0);
});
