// STARTTLS and AUTH: passwords only inside TLS, nothing said before it counts after it. (The key in fixtures/tls is for tests
// alone: it is known to all.)
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { connectionBytes, createMemory } from '../../../../core/listen/client-memory.ts';
import { createLoginAttempts, type LoginAttempts } from '../../../../core/listen/login-attempts.ts';
import { createTlsFiles } from '../../../../core/listen/tls-files.ts';
import { clientOn, type RawClient, rawClient } from '../../../support/raw-client.ts';
import { renegotiate } from '../../../support/renegotiate.ts';
import { startSmtp } from '../../../support/smtp-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/tls');
const files = { cert: readFileSync(join(fixtures, 'cert.pem')), key: readFileSync(join(fixtures, 'key.pem')) };

function start(t: TestContext, control: Record<string, string> = {}) {
  const logIn = async (name: string, password: string): Promise<boolean> => {
    if (name === 'broken') throw new Error('the disk is on fire');
    return name === 'ann' && password === 'secret';
  };
  return startSmtp(t, { control, deps: { tls: () => files, logIn } });
}

/** Says a command and gives all lines of its reply. */
async function ask(client: RawClient, command: string): Promise<string[]> {
  client.send(`${command}\r\n`);
  const lines = [await client.line()];
  while (lines.at(-1)?.[3] === '-') lines.push(await client.line());
  return lines;
}

/** The system says whose connections within the machine are. */
const uidKnown = existsSync('/proc/net/tcp');

/** The client that goes on inside TLS. */
async function startTls(client: RawClient): Promise<RawClient> {
  assert.deepEqual(await ask(client, 'STARTTLS'), ['220 Ready to start TLS']);
  return inside(client);
}

async function inside(client: RawClient): Promise<RawClient> {
  client.socket.removeAllListeners('data');
  const secure = connectTls({ socket: client.socket, ca: files.cert, servername: 'heaven.af.mil' });
  await once(secure, 'secureConnect');
  return clientOn(secure);
}

async function met(t: TestContext): Promise<{ client: RawClient; rig: Awaited<ReturnType<typeof start>> }> {
  const rig = await start(t);
  const client = await rawClient(rig.port);
  await client.line();
  return { client, rig };
}

const plain = (name: string, password: string) =>
  `AUTH PLAIN ${Buffer.from(`\0${name}\0${password}`).toString('base64')}`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('smtp: EHLO → STARTTLS in the clear, AUTH only inside TLS', async t => {
  const { client, rig } = await met(t);
  const clear = await ask(client, 'EHLO x');
  assert.ok(clear.includes('250-STARTTLS') && !clear.join().includes('AUTH'), clear.join());
  for (const auth of [plain('ann', 'secret'), 'AUTH LOGIN', 'AUTH CRAM-MD5']) {
    const reply = '538 passwords are not taken in the clear: say STARTTLS first (#5.7.11)';
    assert.deepEqual(await ask(client, auth), [reply]);
  }
  assert.doesNotMatch(rig.log.join('\n'), /secret|AGFubg/);
  const secure = await startTls(client);
  const offered = await ask(secure, 'EHLO x');
  assert.ok(offered.includes('250-AUTH PLAIN LOGIN') && !offered.join().includes('STARTTLS'), offered.join());
  assert.deepEqual(await ask(secure, 'STARTTLS'), ['502 unimplemented (#5.5.1)']);
});

test('smtp: a client asks for another handshake within TLS → none, as each costs the host more than the client', async t => {
  const { client } = await met(t);
  await ask(client, 'STARTTLS');
  client.socket.removeAllListeners('data');
  const secure = connectTls({ socket: client.socket, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  await once(secure, 'secureConnect');
  assert.match((await renegotiate(secure)) ?? 'one more', /no renegotiation|closed/);
});

test('smtp: STARTTLS → the transaction and the name from before are forgotten', async t => {
  const { client, rig } = await met(t);
  for (const command of ['EHLO liar', 'MAIL FROM:<a@b>', 'RCPT TO:<joe>']) await ask(client, command);
  const secure = await startTls(client);
  assert.deepEqual(await ask(secure, 'DATA'), ['503 MAIL first (#5.5.1)']);
  for (const command of ['MAIL FROM:<c@d>', 'RCPT TO:<joe>', 'DATA']) await ask(secure, command);
  assert.match((await ask(secure, 'x\r\n.'))[0] ?? '', /^250 ok/);
  assert.equal(rig.taken[0]?.envelope, 'Fc@d\0Tjoe\0\0');
  assert.doesNotMatch(rig.taken[0]?.text ?? '', /liar/);
});

test('smtp: clients that have said STARTTLS and left → release their slots and memory', async t => {
  // Enough for one stranger at a time.
  const memory = createMemory(2 * connectionBytes);
  const control = { concurrencyincoming: '1\n' };
  const rig = await startSmtp(t, { control, deps: { tls: () => files, memory } });
  for (const way of ['handshake', 'QUIT', 'gone', 'gone before the handshake', 'gone']) {
    const client = await rawClient(rig.port);
    assert.equal(await client.line(), '220 heaven.af.mil ESMTP', way);
    if (way === 'gone before the handshake') await ask(client, 'STARTTLS');
    else {
      const secure = await startTls(client);
      if (way === 'QUIT') await ask(secure, 'QUIT');
    }
    client.socket.destroy();
    await until(`the end of the client (${way})`, () => rig.log.filter(line => / end /.test(line)).length > 0);
    rig.log.length = 0;
  }
});

test('smtp: commands after STARTTLS in the same packet → never run (command injection)', async t => {
  const { client, rig } = await met(t);
  client.send('EHLO x\r\nSTARTTLS\r\nMAIL FROM:<evil@b>\r\nRCPT TO:<joe>\r\nDATA\r\nevil\r\n.\r\n');
  for (let line = ''; line !== '220 Ready to start TLS'; ) line = await client.line();
  const secure = await inside(client);
  assert.deepEqual(await ask(secure, 'RCPT TO:<joe>'), ['503 MAIL first (#5.5.1)']);
  assert.deepEqual(rig.taken, []);
});

test('smtp: AUTH PLAIN and LOGIN, the right password → may send anywhere; nothing secret in the log', async t => {
  for (const commands of [
    [plain('ann', 'secret')],
    ['AUTH PLAIN', base64('\0ann\0secret')],
    ['AUTH LOGIN', base64('ann'), base64('secret')],
    [`AUTH LOGIN ${base64('ann')}`, base64('secret')],
  ]) {
    const { client, rig } = await met(t);
    const secure = await startTls(client);
    await ask(secure, 'EHLO x');
    assert.match((await ask(secure, 'MAIL FROM:<ann@heaven.af.mil>'))[0] ?? '', /^250/);
    assert.match((await ask(secure, 'RCPT TO:<x@elsewhere.org>'))[0] ?? '', /^553/);
    let last: string[] = [];
    for (const command of commands) last = await ask(secure, command);
    assert.deepEqual(last, ['235 Authentication successful']);
    await ask(secure, 'MAIL FROM:<ann@heaven.af.mil>');
    assert.deepEqual(await ask(secure, 'RCPT TO:<x@elsewhere.org>'), ['250 ok']);
    assert.ok(rig.log.includes('smtpd: login 1 ann'), rig.log.join('\n'));
    assert.doesNotMatch(rig.log.join('\n'), /secret|c2VjcmV0|AGFubg|YW5u/);
  }
});

test('smtp: a wrong password → 535, three of them → 421; names and passwords are not logged', async t => {
  const { client, rig } = await met(t);
  const secure = await startTls(client);
  await ask(secure, 'EHLO x');
  assert.match((await ask(secure, plain('ann', 'guess')))[0] ?? '', /^535/);
  assert.match((await ask(secure, plain('hunter2', 'ann')))[0] ?? '', /^535/);
  await ask(secure, 'MAIL FROM:<>');
  assert.match((await ask(secure, 'RCPT TO:<x@elsewhere.org>'))[0] ?? '', /^553/);
  secure.send(`${plain('ann', '')}\r\n`);
  assert.match(await secure.rest(), /^535 .*\r\n421 too many failed logins \(#4\.7\.0\)\r\n$/);
  assert.equal(rig.log.filter(line => line === 'smtpd: refused 1 auth: 535 wrong name or password').length, 3);
  assert.doesNotMatch(rig.log.join('\n'), /guess|hunter2/);
});

test('smtp: passwords were guessed from this address by any protocol → the next attempt has to wait', async t => {
  const clock = steppedClock(1_000_000);
  const attempts = createLoginAttempts(clock);
  const here = uidKnown ? `loopback user ${process.getuid?.()}` : 'loopback';
  for (const _ of '12') await attempts.begin(here, 'ann');
  const logIn = async () => false;
  const rig = await startSmtp(t, { deps: { clock, tls: () => files, logIn, attempts } });
  const client = await rawClient(rig.port);
  await client.line();
  const secure = await startTls(client);
  await ask(secure, 'EHLO x');
  const answer = ask(secure, plain('ann', 'guess'));
  await until('the attempt waits', () => clock.timers === 2);
  clock.pass(999);
  assert.equal(clock.timers, 2);
  clock.pass(1);
  assert.match((await answer)[0] ?? '', /^535/);
  assert.equal(attempts.waitMs(here, 'ann'), 2000);
});

test('smtp: delayed guesses hold all slots → another client is admitted', async t => {
  const attempts = createLoginAttempts(steppedClock(1_000_000));
  let waiting = 0;
  const begin: LoginAttempts['begin'] = () => {
    waiting++;
    return new Promise(() => {});
  };
  const deps = { tls: () => files, logIn: async () => false, attempts: { ...attempts, begin } };
  const rig = await startSmtp(t, { control: { concurrencyincoming: '4\n' }, deps });
  for (const _ of '12') {
    const client = await rawClient(rig.port);
    await client.line();
    const secure = await startTls(client);
    await ask(secure, 'EHLO x');
    secure.send(`${plain('ann', 'guess')}\r\n`);
  }
  await until('they wait', () => waiting === 2);
  assert.equal(await (await rawClient(rig.port)).line(), '220 heaven.af.mil ESMTP');
});

test('smtp: AUTH before EHLO, cancelled, nonsense, or without a check → refused, and the session continues', async t => {
  const { client } = await met(t);
  const secure = await startTls(client);
  assert.match((await ask(secure, plain('ann', 'secret')))[0] ?? '', /^503/);
  await ask(secure, 'EHLO x');
  assert.match((await ask(secure, 'AUTH CRAM-MD5'))[0] ?? '', /^504/);
  assert.match((await ask(secure, 'AUTH PLAIN !!!'))[0] ?? '', /^501/);
  await ask(secure, 'AUTH LOGIN');
  assert.match((await ask(secure, '*'))[0] ?? '', /^501/);
  // The lines of a login are no commands, whatever they say.
  await ask(secure, 'MAIL FROM:<>');
  await ask(secure, 'AUTH LOGIN');
  await ask(secure, 'rset');
  assert.match((await ask(secure, 'QUIT'))[0] ?? '', /^535/);
  assert.deepEqual(await ask(secure, 'RCPT TO:<joe>'), ['250 ok']);
  assert.match((await ask(secure, plain('broken', 'x')))[0] ?? '', /^454/);
  assert.deepEqual(await ask(secure, 'NOOP'), ['250 ok']);
});

test('smtp: no certificate → no STARTTLS', async t => {
  const rig = await startSmtp(t, { deps: { tls: () => undefined, logIn: async () => true } });
  const client = await rawClient(rig.port);
  await client.line();
  assert.doesNotMatch((await ask(client, 'EHLO x')).join(), /STARTTLS|AUTH/);
  assert.deepEqual(await ask(client, 'STARTTLS'), ['502 unimplemented (#5.5.1)']);
});

test('tls files: none, a pair, nonsense, a pair again → undefined, the pair, an alert, the pair', t => {
  const home = tempDir(t);
  const log: string[] = [];
  const current = createTlsFiles(home, line => void log.push(line));
  assert.equal(current(), undefined);
  mkdirSync(join(home, 'tls'));
  for (const name of ['cert.pem', 'key.pem']) copyFileSync(join(fixtures, name), join(home, 'tls', name));
  assert.deepEqual(current(), files);
  assert.deepEqual(log, []);
  writeFileSync(join(home, 'tls', 'key.pem'), 'no key');
  assert.equal(current(), undefined);
  assert.match(log.join(), /^alert: no TLS: /);
  copyFileSync(join(fixtures, 'key.pem'), join(home, 'tls', 'key.pem'));
  assert.deepEqual(current(), files);
});

for (const [what, leave] of [
  ['silent', () => {}],
  ['gone', client => void client.socket.end()],
] as [string, (client: RawClient) => void][]) {
  test(`smtp: a client that is ${what} in the handshake → the connection ends`, async t => {
    const rig = await start(t, { timeoutsmtpd: '1\n' });
    const client = await rawClient(rig.port);
    await client.line();
    await ask(client, 'STARTTLS');
    leave(client);
    await client.rest();
    await until('the end in the log', () => rig.log.includes('smtpd: end 1 status 256'));
  });
}

test('smtp: a client that is silent inside TLS → 451', async t => {
  const rig = await start(t, { timeoutsmtpd: '1\n' });
  const client = await rawClient(rig.port);
  await client.line();
  const secure = await startTls(client);
  assert.equal(await secure.rest(), '451 timeout (#4.4.2)\r\n');
});
