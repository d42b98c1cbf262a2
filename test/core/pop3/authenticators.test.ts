// The service with a checkpassword program, with APOP, and as root; how it slows guessing down.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createCheckpasswordAuthenticator } from '../../../core/pop3/authenticators.ts';
import { createParentAuthenticator } from '../../../core/pop3/parent-authenticator.ts';
import { openPasswd } from '../../../core/pop3/passwd.ts';
import { command as waypost } from '../../support/command.ts';
import { inProcessParent } from '../../support/in-process-parent.ts';
import { fromElsewhere, makeMaildir, startPop3 } from '../../support/pop3-rig.ts';
import { type RawClient, rawClient } from '../../support/raw-client.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

async function say(client: RawClient, command: string): Promise<string> {
  client.send(`${command}\r\n`);
  return client.line();
}

/** A checkpassword program made of a shell script, which gets qmail-pop3d's command as its arguments. */
async function withProgram(t: TestContext, script: string) {
  const log: string[] = [];
  const program = join(tempDir(t), 'check');
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const pop3dCommand = ['sh', '-c', 'echo "+OK $0"; cat'] as const;
  const path = process.env.PATH;
  const line = (text: string) => void log.push(text);
  const authenticator = createCheckpasswordAuthenticator({ program, path, pop3dCommand: [...pop3dCommand], log: line });
  const rig = await startPop3(t, { authenticator, log: line });
  const client = await rawClient(rig.port);
  assert.equal(await client.line(), '+OK here.example POP3');
  return { client, log };
}

test('pop3 with a checkpassword program: accepted → the program has the client, and what it had sent before', async t => {
  const claim = join(tempDir(t), 'claim');
  const { client, log } = await withProgram(t, `cat <&3 >${claim}; env >>${claim}; exec "$@"`);
  client.send('USER joe\r\nPASS se same\r\nSTAT\r\n');
  assert.equal(await client.line(), '+OK ');
  client.send('QUIT\r\n');
  client.socket.end();
  assert.equal(await client.rest(), '+OK Maildir\nSTAT\r\nQUIT\r\n');
  const [name, secret, stamp, environment = ''] = readFileSync(claim, 'latin1').split('\0');
  assert.deepEqual([name, secret], ['joe', 'se same']);
  assert.match(stamp ?? '', /^<\d+\.\d+\.\d+@here\.example>$/);
  assert.match(environment, /^TCPREMOTEIP=127\.0\.0\.1$/m);
  await until('the end of the session', () => log.some(line => line.startsWith('pop3d: end')));
  assert.deepEqual(
    log.filter(line => / (login|refused|warning)/.test(line)),
    ['pop3d: login 1 joe'],
  );
  assert.ok(!log.join().includes('se same'));
});

for (const [what, script, answer, logged] of [
  ['refuses', 'exit 1', '-ERR authorization failed', 'pop3d: refused 1 joe: authorization failed'],
  ['has trouble', 'echo no disk >&2; exit 111', '-ERR temporary problem, try again later', 'pop3d: warning: no disk'],
  ['misuse', 'exit 2', '-ERR temporary problem, try again later', /^pop3d: warning: 1 joe: .*check: exit code 2$/],
  ['dies', 'kill -9 $$', '-ERR temporary problem, try again later', /^pop3d: warning: 1 joe: .*check: crashed$/],
] as const) {
  test(`pop3 with a checkpassword program: it ${what} → ${answer}, and the end`, async t => {
    const { client, log } = await withProgram(t, script);
    await say(client, 'USER joe');
    assert.equal(await say(client, 'PASS sesame'), answer);
    assert.equal(await client.rest(), '');
    assert.ok(
      log.some(line => (typeof logged === 'string' ? line === logged : logged.test(line))),
      log.join('\n'),
    );
  });
}

test('pop3 with a checkpassword program: it is missing → try again later, the log says what is missing', async t => {
  const log: string[] = [];
  const line = (text: string) => void log.push(text);
  const authenticator = createCheckpasswordAuthenticator({
    program: '/nonexistent',
    path: '',
    pop3dCommand: ['x'],
    log: line,
  });
  const client = await rawClient((await startPop3(t, { authenticator, log: line })).port);
  await client.line();
  await say(client, 'USER joe');
  assert.equal(await say(client, 'PASS x'), '-ERR temporary problem, try again later');
  assert.ok(log.includes('pop3d: warning: 1 joe: /nonexistent: not started'));
});

test('pop3 with a checkpassword program: the client disconnects → the program reads the end of its input', async t => {
  const ended = join(tempDir(t), 'ended');
  const { client } = await withProgram(
    t,
    `exec 3<&-; printf '+OK\\r\\n'; cat >${ended}.part; mv ${ended}.part ${ended}`,
  );
  await say(client, 'USER joe');
  await say(client, 'PASS x');
  client.drop();
  await until('the program ends', () => existsSync(ended));
  assert.equal(readFileSync(ended, 'latin1'), '');
});

/** A service on a real passwd file with ann for APOP and joe. */
async function withPasswd(t: TestContext) {
  const directory = tempDir(t);
  const passwd = openPasswd(join(directory, 'passwd'));
  const maildir = makeMaildir(join(directory, 'Maildir'));
  const rig = await startPop3(t, {}, passwd);
  return { rig, passwd, maildir };
}

test('pop3: no name can use APOP → it is not offered; as soon as one can → it is', async t => {
  const { rig, passwd, maildir } = await withPasswd(t);
  await passwd.set({ name: 'joe', uid: undefined, maildir }, 'sesame');
  const first = await rawClient(rig.port);
  assert.equal(await first.line(), '+OK here.example POP3');
  assert.equal(await say(first, 'APOP joe x'), '-ERR authorization first');
  await passwd.set({ name: 'ann', uid: undefined, maildir }, 'tanstaaf', true);
  const second = await rawClient(rig.port);
  const [, stamp = ''] = /^\+OK (<[^<>]+@here\.example>)$/.exec(await second.line()) ?? [];
  const digest = createHash('md5').update(`${stamp}tanstaaf`).digest('hex');
  assert.equal(await say(second, `APOP ann ${digest}`), '+OK ');
  assert.equal(await say(second, 'STAT'), '+OK 3 80');
});

test('pop3: APOP fails for a name that has none → the password may be tried in the same connection, digests once again', async t => {
  const { rig, passwd, maildir } = await withPasswd(t);
  await passwd.set({ name: 'joe', uid: undefined, maildir }, 'sesame');
  await passwd.set({ name: 'ann', uid: undefined, maildir }, 'tanstaaf', true);
  const client = await rawClient(rig.port);
  await client.line();
  assert.equal(await say(client, 'APOP joe 0123'), '-ERR authorization failed');
  await say(client, 'USER joe');
  assert.equal(await say(client, 'PASS sesame'), '+OK ');
  const guesser = await rawClient(rig.port);
  await guesser.line();
  await say(guesser, 'APOP ann 0123');
  assert.equal(await say(guesser, 'APOP ann 0124'), '-ERR authorization failed');
  assert.equal(await guesser.rest(), '');
});

test('pop3: a third guess from an address → has to wait', async t => {
  const clock = steppedClock(1_000_000);
  const rig = await startPop3(t, { clock });
  const guess = async () => {
    const client = await rawClient(rig.port);
    await client.line();
    client.send('USER joe\r\nPASS wrong\r\n');
    assert.equal(await client.line(), '+OK ');
    return client;
  };
  for (const _ of '12') assert.equal(await (await guess()).line(), '-ERR authorization failed');
  await until('both are gone', () => clock.timers === 0);
  const third = await guess();
  await until('it is made to wait', () => clock.timers === 2);
  clock.pass(1000);
  assert.equal(await third.line(), '-ERR authorization failed');
});

test('pop3: more clients from one address than allowed → told to try again later', async t => {
  const rig = await startPop3(t, { limits: { total: 0, perAddress: 1, perMinute: 0 }, access: fromElsewhere });
  const first = await rawClient(rig.port);
  await first.line();
  const second = await rawClient(rig.port);
  assert.equal(await second.rest(), '-ERR too many connections, try again later\r\n');
});

/** The service as root runs it, for a Maildir whose owner is not root. */
async function asRoot(t: TestContext, maildir: string, log: string[]): Promise<RawClient> {
  const home = tempDir(t);
  await openPasswd(join(home, 'passwd')).set({ name: 'joe', uid: undefined, maildir }, 'x');
  const parent = inProcessParent(t, { home, pop3dCommand: [process.execPath, waypost, 'qmail-pop3d'] });
  const authenticator = createParentAuthenticator(parent, undefined, line => void log.push(line));
  const client = await rawClient((await startPop3(t, { authenticator })).port);
  await client.line();
  return client;
}

function maildirOf(t: TestContext, uid: number): string {
  const directory = tempDir(t);
  chmodSync(directory, 0o755);
  const maildir = makeMaildir(join(directory, 'Maildir'));
  for (const path of ['.', 'new', 'cur', 'tmp']) chownSync(join(maildir, path), uid, uid);
  return maildir;
}

test('pop3: root runs the host → a process of the owner serves the mailbox, and a link to another user’s mail is refused', {
  skip: process.getuid?.() !== 0,
}, async t => {
  const maildir = maildirOf(t, 65_534);
  chmodSync(join(maildir, 'new/300.c.host'), 0o600);
  const log: string[] = [];
  const client = await asRoot(t, maildir, log);
  client.send('USER joe\r\nPASS x\r\nSTAT\r\nRETR 3\r\nDELE 1\r\nQUIT\r\n');
  assert.equal(
    await client.rest(),
    '+OK \r\n+OK \r\n+OK 3 71\r\n-ERR unable to open that message\r\n+OK \r\n+OK \r\n',
    log.join('\n'),
  );
  assert.throws(() => unlinkSync(join(maildir, 'cur/100.a.host:2,S')), { code: 'ENOENT' });
});

test('pop3: root runs the host, a user’s Maildir is a link to another user’s → refused', {
  skip: process.getuid?.() !== 0,
}, async t => {
  const others = maildirOf(t, 65_533);
  chmodSync(others, 0o700);
  const maildir = join(tempDir(t), 'Maildir');
  chmodSync(dirname(maildir), 0o755);
  symlinkSync(others, maildir);
  lchownSync(maildir, 65_534, 65_534);
  const log: string[] = [];
  const client = await asRoot(t, maildir, log);
  client.send('USER joe\r\nPASS x\r\nSTAT\r\n');
  assert.equal(await client.rest(), '+OK \r\n-ERR unable to scan $HOME/Maildir\r\n', log.join('\n'));
  assert.match(log.join('\n'), /^pop3d: warning: qmail-pop3d: unable to scan .*: permission denied$/m);
});

test('pop3: root runs the host, a wrong password, a mailbox of root’s → refused, temporarily', {
  skip: process.getuid?.() !== 0,
}, async t => {
  for (const [secret, says] of [
    ['y', '-ERR authorization failed\r\n'],
    ['x', '-ERR temporary problem, try again later\r\n'],
  ]) {
    const log: string[] = [];
    const client = await asRoot(t, maildirOf(t, 0), log);
    client.send(`USER joe\r\nPASS ${secret}\r\nSTAT\r\n`);
    assert.equal(await client.rest(), `+OK \r\n${says}`, log.join('\n'));
  }
});
