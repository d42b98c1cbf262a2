// Clients that do not log in: they keep no others out, and are dismissed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '../../../core/lib/clock.ts';
import { createLoginAttempts, type LoginAttempts } from '../../../core/listen/login-attempts.ts';
import type { Pop3Deps } from '../../../core/pop3/pop3.ts';
import { startPop3 } from '../../support/pop3-rig.ts';
import { clientOn, type RawClient, rawClient } from '../../support/raw-client.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { until } from '../../support/until.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/tls');
const files = { cert: readFileSync(join(fixtures, 'cert.pem')), key: readFileSync(join(fixtures, 'key.pem')) };

/** A service whose clients come from where the test says, and whose time passes when it says so. */
async function service(t: TestContext, deps: Partial<Pop3Deps> = {}) {
  const clock = steppedClock(1_000_000);
  let from = '127.0.0.1';
  const rig = await startPop3(t, {
    clock,
    access: client => ({ kind: 'allowed', environment: { ...client, TCPREMOTEIP: from }, byRule: false }),
    ...deps,
  });
  async function come(ip: string): Promise<RawClient> {
    from = ip;
    return rawClient(rig.port);
  }
  return { rig, clock, come };
}

async function say(client: RawClient, command: string): Promise<string> {
  client.send(`${command}\r\n`);
  return client.line();
}

const hello = '+OK here.example POP3';

async function logIn(client: RawClient): Promise<string> {
  assert.equal(await client.line(), hello);
  await say(client, 'USER joe');
  return say(client, 'PASS sesame');
}

test('pop3: 40 silent connections from two addresses → others log in, from elsewhere and from this machine', async t => {
  const { come } = await service(t);
  const said: string[] = [];
  for (let at = 0; at < 40; at++) said.push(await (await come(`192.0.2.${at % 2}`)).line());
  const crowded = '-ERR too many connections, try again later';
  assert.deepEqual(
    [said.filter(line => line === hello).length, said.filter(line => line === crowded).length],
    [20, 20],
  );
  for (const ip of ['203.0.113.1', '127.0.0.1']) assert.equal(await logIn(await come(ip)), '+OK ', ip);
});

test('pop3: 40 silent connections of this machine → others of this machine log in, and those from elsewhere', async t => {
  const { rig, come } = await service(t);
  const first = await come('127.0.0.1');
  for (let at = 0; at < 40; at++) await come('127.0.0.1');
  await until('all of them', () => rig.log.filter(line => line.includes(' pid ')).length === 41);
  for (const ip of ['203.0.113.1', '127.0.0.1']) assert.equal(await logIn(await come(ip)), '+OK ', ip);
  assert.equal(await first.rest(), `${hello}\r\n-ERR too many connections, try again later\r\n`);
});

test('pop3: delayed guesses hold all slots → others log in, from here at once, from elsewhere after ten seconds', async t => {
  const usual = createLoginAttempts(systemClock);
  let waiting = 0;
  const begin: LoginAttempts['begin'] = (place, name) => {
    if (name !== 'eve') return usual.begin(place, name);
    waiting++;
    return new Promise(() => {});
  };
  const { clock, come } = await service(t, { attempts: { ...usual, begin } });
  async function guess(ip: string): Promise<void> {
    const client = await come(ip);
    assert.equal(await client.line(), hello);
    client.send('USER eve\r\nPASS wrong\r\n');
  }
  for (let at = 0; at < 20; at++) await guess('127.0.0.1');
  await until('they wait', () => waiting === 20);
  assert.equal(await logIn(await come('127.0.0.1')), '+OK ');
  for (let at = 0; at < 15; at++) await guess(`192.0.2.${at}`);
  await until('they wait', () => waiting === 35);
  clock.pass(10_000);
  assert.equal(await logIn(await come('203.0.113.1')), '+OK ');
});

test('pop3: a minute without a login → the end, however many commands there are', async t => {
  const { rig, clock, come } = await service(t);
  const client = await come('127.0.0.1');
  await client.line();
  for (const _ of '12345') {
    clock.pass(11_000);
    assert.equal(await say(client, 'NOOP'), '+OK ');
  }
  clock.pass(5000);
  assert.equal(await client.rest(), '-ERR no login within a minute\r\n');
  assert.ok(rig.log.includes('pop3d: dropped 1 127.0.0.1: no login within 60 seconds'));
});

test('pop3: a minute without a login, within TLS → the same, within TLS; in the handshake → the end', async t => {
  const { clock, come } = await service(t, { tls: () => files });
  const [silent, shaking] = [await come('127.0.0.1'), await come('127.0.0.1')];
  for (const client of [silent, shaking]) {
    await client.line();
    assert.equal(await say(client, 'STLS'), '+OK begin TLS');
  }
  silent.socket.removeAllListeners('data');
  const secure = connectTls({ socket: silent.socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  const within = clientOn(secure);
  assert.equal(await say(within, 'NOOP'), '+OK ');
  clock.pass(60_000);
  assert.equal(await within.rest(), '-ERR no login within a minute\r\n');
  assert.equal(await shaking.rest(), '');
});

test('pop3: a client that has logged in → stays', async t => {
  const { clock, come } = await service(t);
  const client = await come('192.0.2.1');
  assert.equal(await logIn(client), '+OK ');
  clock.pass(600_000);
  for (let at = 0; at < 45; at++) await come(`192.0.2.${at}`);
  assert.equal(await say(client, 'NOOP'), '+OK ');
});

test('pop3: a flood of empty lines → a hundred replies, then the end', async t => {
  const { port } = await startPop3(t);
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.setEncoding('latin1').on('data', text => (said += text));
  socket.on('error', () => undefined);
  socket.write(Buffer.alloc(4000, 10));
  await new Promise(resolve => socket.once('close', resolve));
  const lines = said.split('\r\n');
  assert.equal(lines.filter(line => line === '-ERR authorization first').length, 100);
  assert.equal(lines.at(-2), '-ERR too many commands without a login');
});
