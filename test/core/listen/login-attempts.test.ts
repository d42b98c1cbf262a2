// After wrong passwords, only the same name from the same source has to wait.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createLoginAttempts } from '../../../core/listen/login-attempts.ts';
import { loginSource, unknownUser } from '../../../core/listen/login-source.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

function guesses() {
  const clock = steppedClock(1_000_000);
  const { begin, waitMs } = createLoginAttempts(clock);
  /** Starts that many attempts without an answer to any. @returns how long each had to wait, in seconds */
  const guess = (count: number, place: string, name: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => {
      const wait = waitMs(place, name(at)) / 1000;
      void begin(place, name(at));
      return wait;
    });
  return { clock, begin, waitMs, guess };
}

const joe = () => 'joe';

test('login attempts: one name from one source → 0, 0, 1, 2, 4 … 30 seconds, counted when they start', () => {
  const { waitMs, guess } = guesses();
  assert.deepEqual(guess(9, '10.0.0.1', joe), [0, 0, 1, 2, 4, 8, 16, 30, 30]);
  assert.equal(waitMs('10.0.0.2', 'joe'), 0);
  assert.equal(waitMs('10.0.0.1', 'ann'), 0);
});

test('login attempts: they wait → none is checked before its time', async () => {
  const { clock, begin } = guesses();
  let through = 0;
  for (let at = 0; at < 20; at++) void begin('10.0.0.1', 'joe').then(() => through++);
  const settled = () => new Promise(resolve => setImmediate(resolve));
  await settled();
  assert.equal(through, 2);
  clock.pass(4000);
  await settled();
  assert.equal(through, 5);
});

test('login attempts: a success → clears this name from this source, and nothing else', async () => {
  const { clock, begin, waitMs, guess } = guesses();
  guess(3, '10.0.0.1', joe);
  guess(3, '10.0.0.1', () => 'ann');
  guess(3, '10.0.0.2', joe);
  const right = begin('10.0.0.1', 'joe');
  clock.pass(2000);
  (await right).succeeded();
  const waits = [waitMs('10.0.0.1', 'joe'), waitMs('10.0.0.1', 'ann'), waitMs('10.0.0.2', 'joe')];
  assert.deepEqual(waits, [0, 2000, 2000]);
});

test('login attempts: many names from one source → the source waits, and a success there does not hide them', async () => {
  const { begin, waitMs, guess } = guesses();
  assert.deepEqual([...new Set(guess(20, '10.0.0.1', at => `name-${at}`))], [0]);
  (await begin('10.0.0.1', 'mallory')).succeeded();
  assert.equal(waitMs('10.0.0.1', 'mallory'), 0);
  guess(3, '10.0.0.1', at => `more-${at}`);
  assert.ok(waitMs('10.0.0.1', 'fresh') >= 2000);
});

test('login attempts: the password could not be checked → does not count', async () => {
  const { begin, waitMs } = guesses();
  for (const _ of '12345') (await begin('10.0.0.1', 'joe')).undecided();
  assert.equal(waitMs('10.0.0.1', 'joe'), 0);
});

test('login attempts: a quarter of an hour later → forgotten', () => {
  const { clock, waitMs, guess } = guesses();
  guess(9, '10.0.0.1', joe);
  clock.pass(15 * 60_000);
  assert.equal(waitMs('10.0.0.1', 'joe'), 0);
});

test('login attempts: very many sources and names, of any length → the oldest are forgotten', () => {
  const { waitMs, guess } = guesses();
  for (let at = 0; at <= 10_000; at++) guess(3, `host-${at}`, () => 'x'.repeat(at));
  assert.deepEqual([waitMs('host-0', ''), waitMs('host-9999', 'x'.repeat(9999))], [0, 2000]);
});

test('login attempts: a machine that does not tell the user of a connection → five seconds at most, other names none', () => {
  const { waitMs, guess } = guesses();
  guess(30, unknownUser, at => (at < 9 ? 'joe' : `other-${at}`));
  assert.deepEqual([waitMs(unknownUser, 'joe'), waitMs(unknownUser, 'ann')], [5000, 0]);
});

const places: [ip: string, place: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8:1:2::9', '2001:db8:1:2::'],
  ['2001:db8::1', '2001:db8:0:0::'],
];

for (const [remoteIp, place] of places) {
  test(`login source: ${remoteIp} → ${place}`, async () => {
    assert.equal(await loginSource({ remoteIp, remotePort: 1, localIp: '192.0.2.9', localPort: 2 }), place);
  });
}

const system = existsSync('/proc/net/tcp');
const isRoot = process.getuid?.() === 0;

/** A server, and the sockets of its clients in the order in which they come. */
async function server(t: TestContext, host: string) {
  const sockets: Socket[] = [];
  const listener = createServer(socket => void sockets.push(socket.on('error', () => {}))).listen(0, host);
  await once(listener, 'listening');
  t.after(() => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = listener.address() as AddressInfo;
  const next = async (): Promise<Socket> => {
    if (sockets.length === 0) await once(listener, 'connection');
    return sockets.shift() as Socket;
  };
  return { port, next };
}

function placeOf({ remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 }: Socket): Promise<string> {
  const plain = (ip: string): string => ip.replace('::ffff:', '');
  return loginSource({ remoteIp: plain(remoteAddress), remotePort, localIp: plain(localAddress), localPort });
}

for (const [listenOn, reach] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::', '127.0.0.1'],
  ['::1', '::1'],
] as const) {
  test(`login source: a program of this machine comes from ${reach} to ${listenOn} → its user`, {
    skip: !system,
  }, async t => {
    const { port, next } = await server(t, listenOn);
    const client = connect(port, reach);
    t.after(() => client.destroy());
    assert.equal(await placeOf(await next()), `loopback user ${process.getuid?.()}`);
  });
}

test('login source: two users of this machine → two sources', { skip: !system || !isRoot }, async t => {
  const { port, next } = await server(t, '127.0.0.1');
  const script = `require('node:net').connect(${port}, '127.0.0.1'); setTimeout(() => {}, 60000);`;
  const other: ChildProcess = spawn(process.execPath, ['-e', script], { uid: 65_534, stdio: 'ignore', cwd: '/' });
  t.after(() => other.kill('SIGKILL'));
  assert.equal(await placeOf(await next()), 'loopback user 65534');
});
