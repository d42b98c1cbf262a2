// POP3 on a real socket: what a session deletes, how it is refused and ended, while other programs change the Maildir.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import { openMaildrop } from '../../../core/pop3/maildrop.ts';
import { type Pop3Rig, startPop3 } from '../../support/pop3-rig.ts';
import { type RawClient, rawClient } from '../../support/raw-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

async function say(client: RawClient, command: string): Promise<string> {
  client.send(`${command}\r\n`);
  return client.line();
}

async function login(rig: Pop3Rig): Promise<RawClient> {
  const client = await rawClient(rig.port);
  await client.line();
  assert.equal(await say(client, 'USER joe'), '+OK ');
  assert.equal(await say(client, 'PASS sesame'), '+OK ');
  return client;
}

const before = ['cur/100.a.host:2,S', 'new/200.b.host', 'new/300.c.host'];

test('pop3: DELE and QUIT → the message is gone, the others are in cur/', async t => {
  const rig = await startPop3(t);
  const client = await login(rig);
  assert.equal(await say(client, 'DELE 3'), '+OK ');
  assert.deepEqual(rig.names(), before);
  client.send('QUIT\r\n');
  assert.equal(await client.rest(), '+OK \r\n');
  assert.deepEqual(rig.names(), ['cur/100.a.host:2,S', 'cur/200.b.host:2,']);
});

test('pop3: a login → the host is told once who it was; a wrong password is nobody', async t => {
  const clients: unknown[] = [];
  const rig = await startPop3(t, { madeContact: sessionClient => void clients.push(sessionClient) });
  const stranger = await rawClient(rig.port);
  await stranger.line();
  await say(stranger, 'USER joe');
  assert.equal(await say(stranger, 'PASS guess'), '-ERR authorization failed');
  assert.deepEqual(clients, []);
  const client = await login(rig);
  await say(client, 'NOOP');
  client.send('QUIT\r\n');
  await client.rest();
  assert.deepEqual(clients, [{ ip: '127.0.0.1', login: 'joe' }]);
});

for (const [how, leave] of [
  ['drops the line', (client: RawClient) => client.drop()],
  ['closes without QUIT', (client: RawClient) => void client.socket.end()],
] as const) {
  test(`pop3: DELE, and the client ${how} → nothing has changed`, async t => {
    const rig = await startPop3(t);
    const client = await login(rig);
    assert.equal(await say(client, 'DELE 1'), '+OK ');
    leave(client);
    await until('the end of the session', () => rig.log.some(line => line.startsWith('pop3d: end')));
    assert.deepEqual(rig.names(), before);
  });
}

test('pop3: a reader marks a message during the session → RETR and DELE still find it', async t => {
  const rig = await startPop3(t);
  const client = await login(rig);
  renameSync(join(rig.maildir, 'new/200.b.host'), join(rig.maildir, 'cur/200.b.host:2,S'));
  assert.equal(await say(client, 'RETR 2'), '+OK ');
  while ((await client.line()) !== '.');
  renameSync(join(rig.maildir, 'cur/200.b.host:2,S'), join(rig.maildir, 'cur/200.b.host:2,RS'));
  await say(client, 'DELE 2');
  client.send('QUIT\r\n');
  assert.equal(await client.rest(), '+OK \r\n');
  assert.deepEqual(rig.names(), ['cur/100.a.host:2,S', 'cur/300.c.host:2,']);
});

test('pop3: a message disappears during the session → -ERR for RETR, no error at QUIT', async t => {
  const rig = await startPop3(t);
  const client = await login(rig);
  unlinkSync(join(rig.maildir, 'new/200.b.host'));
  assert.equal(await say(client, 'RETR 2'), '-ERR unable to open that message');
  await say(client, 'DELE 2');
  client.send('QUIT\r\n');
  assert.equal(await client.rest(), '+OK \r\n');
});

test('pop3: a message that cannot be removed → -ERR, and the rest is done', async t => {
  const rig = await startPop3(t);
  const client = await login(rig);
  unlinkSync(join(rig.maildir, 'new/200.b.host'));
  mkdirSync(join(rig.maildir, 'new/200.b.host'));
  await say(client, 'DELE 2');
  client.send('QUIT\r\n');
  assert.equal(await client.rest(), '-ERR unable to unlink all deleted messages\r\n+OK \r\n');
  assert.deepEqual(rig.names(), ['cur/100.a.host:2,S', 'cur/300.c.host:2,', 'new/200.b.host']);
});

test('pop3: a command line of 100 kB, before and after login → -ERR, and on it goes', async t => {
  const rig = await startPop3(t);
  const client = await rawClient(rig.port);
  await client.line();
  assert.equal(await say(client, `USER ${'x'.repeat(100_000)}`), '-ERR syntax error');
  assert.equal(await say(client, 'USER joe'), '+OK ');
  assert.equal(await say(client, 'PASS sesame'), '+OK ');
  assert.equal(await say(client, `RETR ${'1'.repeat(100_000)}`), '-ERR syntax error');
  assert.equal(await say(client, 'NOOP'), '+OK ');
});

test('pop3: a client that never reads what it asked for → the message waits on the disk', async t => {
  const rig = await startPop3(t);
  const path = join(rig.maildir, 'cur/400.big');
  writeFileSync(path, Buffer.alloc(64 * 1024 * 1024, 'x'));
  utimesSync(path, 2000, 2000);
  const client = await login(rig);
  client.socket.pause();
  const buffersBefore = process.memoryUsage().arrayBuffers;
  client.send('RETR 4\r\n'.repeat(4));
  for (let turn = 0; turn < 200; turn++) await new Promise(resolve => setImmediate(resolve));
  assert.ok(process.memoryUsage().arrayBuffers - buffersBefore < 32 * 1024 * 1024);
});

test('pop3: an idle client → is sent away', async t => {
  const rig = await startPop3(t, { idleMs: 20 });
  const client = await rawClient(rig.port);
  assert.equal(await client.rest(), '+OK here.example POP3\r\n');
});

test('pop3: more clients than allowed → told to try again', async t => {
  const rig = await startPop3(t, { limits: { total: 1, perAddress: 0, perMinute: 0 } });
  await login(rig);
  const second = await rawClient(rig.port);
  assert.equal(await second.rest(), '-ERR too many connections, try again later\r\n');
});

test('pop3: the password check throws → -ERR for now, the reason in the log, the password nowhere', async t => {
  const verify = async () => {
    throw new Error('passwd is broken');
  };
  const rig = await startPop3(t, {}, { verify });
  const client = await rawClient(rig.port);
  await client.line();
  await say(client, 'USER joe');
  assert.equal(await say(client, 'PASS sesame'), '-ERR temporary problem, try again later');
  assert.equal(await client.rest(), '');
  assert.ok(rig.log.some(line => line.includes('passwd is broken')));
  assert.ok(!rig.log.some(line => line.includes('sesame')));
});

for (const [what, made, refusal] of [
  ['no Maildir', '', '-ERR this user has no $HOME/Maildir'],
  ['a directory that is no Maildir', 'Maildir/new', '-ERR unable to scan $HOME/Maildir'],
] as const) {
  test(`pop3: ${what} → ${refusal}`, async t => {
    const directory = tempDir(t);
    mkdirSync(join(directory, made), { recursive: true });
    const entry = { name: 'joe', uid: undefined, maildir: join(directory, 'Maildir') };
    const rig = await startPop3(t, {}, { verify: async () => entry });
    const client = await rawClient(rig.port);
    await client.line();
    await say(client, 'USER joe');
    assert.equal(await say(client, 'PASS x'), refusal);
    assert.equal(await client.rest(), '');
  });
}

test('pop3: name and password with blanks and umlauts → reach the check as text', async t => {
  const seen: string[][] = [];
  const verify = async (...args: [string, string]) => {
    seen.push(args);
    return undefined;
  };
  const rig = await startPop3(t, {}, { verify });
  const client = await rawClient(rig.port);
  await client.line();
  client.send(Buffer.from('USER j\u00f6 e\r\nPASS  \u00fc b \r\n'));
  assert.equal(await client.line(), '+OK ');
  assert.equal(await client.line(), '-ERR authorization failed');
  assert.deepEqual(seen, [['j\u00f6 e', '\u00fc b ']]);
});

test('maildrop: messages of this second, dot files and directories → are not there; old tmp files go', async t => {
  const maildir = tempDir(t);
  for (const name of ['new', 'cur/folder', 'tmp']) mkdirSync(join(maildir, name), { recursive: true });
  const put = (name: string, sec: number): void => {
    writeFileSync(join(maildir, name), 'x');
    utimesSync(join(maildir, name), sec, sec);
  };
  const nowSec = 1_000_000;
  put('new/b', nowSec - 1);
  put('cur/a:2,F', nowSec - 1);
  put('cur/older', nowSec - 2);
  put('new/justnow', nowSec);
  put('new/.hidden', 1);
  put('tmp/old', nowSec - 36 * 3600 - 1);
  put('tmp/young', nowSec - 36 * 3600);
  const drop = await openMaildrop(maildir, { ...systemClock, nowMs: () => nowSec * 1000 + 500 });
  assert.deepEqual(
    drop.messages.map(({ uid }) => uid),
    ['older', 'a', 'b'],
  );
  assert.throws(() => utimesSync(join(maildir, 'tmp/old'), 1, 1), { code: 'ENOENT' });
  utimesSync(join(maildir, 'tmp/young'), 1, 1);
});
