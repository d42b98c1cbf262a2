// One server with several addresses: those that do not answer cause no delay (RFC 8305), and the table of downed hosts is kept.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createDial, type Dial, DialTimeout } from '../../../../core/conversation/channel.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { bothFamilies, connectFirst } from '../../../../core/remote/connections/connect-first.ts';
import { openTcpTo, readTcpTo } from '../../../../core/remote/connections/tcpto.ts';
import { tcpToFormats } from '../../../../core/remote/connections/tcpto-table.ts';
import type { Resolver } from '../../../../core/remote/exchangers/resolver.ts';
import { without } from '../../../support/programs.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { startPeer } from '../../../support/smtp-peer.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const orders: readonly (readonly [addresses: string[], order: string[]])[] = [
  [[], []],
  [['192.0.2.1'], ['192.0.2.1']],
  [
    ['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2'],
    ['192.0.2.1', '2001:db8::1', '192.0.2.2', '2001:db8::2'],
  ],
  [
    ['192.0.2.1', '2001:db8::1', '2001:db8::2', '2001:db8::3'],
    ['192.0.2.1', '2001:db8::1', '2001:db8::2', '2001:db8::3'],
  ],
  [
    ['2001:db8::1', '192.0.2.1', '192.0.2.2'],
    ['2001:db8::1', '192.0.2.1', '192.0.2.2'],
  ],
  [
    ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1'],
    ['192.0.2.1', '2001:db8::1', '192.0.2.2', '192.0.2.3'],
  ],
];

for (const [addresses, order] of orders) {
  test(`bothFamilies: ${addresses.join(' ') || 'nothing'} → ${order.join(' ') || 'nothing'}`, () => {
    assert.deepEqual(bothFamilies(addresses), order);
  });
}

/** Attempts that end when a test says so. */
function race(addresses: readonly string[]) {
  const clock = steppedClock(0);
  const started: string[] = [];
  const ends = new Map<string, (socket: Socket | undefined) => void>();
  const destroyed: string[] = [];
  const failed = new Set<string>();
  let lost: AbortSignal | undefined;
  const socketOf = (ip: string) => ({ destroy: () => destroyed.push(ip) }) as unknown as Socket;
  const winner = connectFirst(
    addresses,
    (ip, signal) => {
      started.push(ip);
      lost = signal;
      return new Promise(resolve => ends.set(ip, resolve));
    },
    clock,
    failed,
  );
  return {
    clock,
    started,
    destroyed,
    failed,
    winner: async () => (await winner)?.ip,
    isOver: () => lost?.aborted,
    async end(ip: string, how: 'connected' | 'failed') {
      ends.get(ip)?.(how === 'connected' ? socketOf(ip) : undefined);
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

test('connectFirst: an address that says nothing → the next one starts a quarter of a second later, and may win', async () => {
  const { clock, started, end, winner, isOver, destroyed, failed } = race(['a', 'b', 'c']);
  clock.pass(249);
  assert.deepEqual(started, ['a']);
  clock.pass(1);
  assert.deepEqual(started, ['a', 'b']);
  await end('b', 'connected');
  assert.equal(await winner(), 'b');
  assert.ok(isOver());
  clock.pass(10_000);
  await end('a', 'connected');
  assert.deepEqual(
    [started, destroyed, [...failed]],
    [['a', 'b'], ['a'], []],
    'the loser is closed, it has not failed',
  );
});

test('connectFirst: an address that refuses → the next one starts at once', async () => {
  const { started, end, winner, failed } = race(['a', 'b']);
  await end('a', 'failed');
  assert.deepEqual(started, ['a', 'b']);
  await end('b', 'connected');
  assert.deepEqual([await winner(), [...failed]], ['b', ['a']]);
});

test('connectFirst: all fail, the first one last → no winner, after all have ended', async () => {
  const { clock, started, end, winner, failed } = race(['a', 'b']);
  clock.pass(250);
  await end('b', 'failed');
  await end('a', 'failed');
  assert.deepEqual([await winner(), started, [...failed]], [undefined, ['a', 'b'], ['b', 'a']]);
  assert.equal(await race([]).winner(), undefined);
});

const fullListener = `
import socket, sys
listener = socket.create_server(('127.0.0.1', 0), backlog=0)
port = listener.getsockname()[1]
waiting = []
for _ in range(8):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex(('127.0.0.1', port))
    waiting.append(one)
print(port, flush=True)
sys.stdin.read()
`;

/** A port that leaves connections without an answer, as a black hole does: the listener's queue is full. */
async function blackHole(t: TestContext): Promise<number> {
  const child = spawn('python3', ['-c', fullListener], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const [port] = await once(child.stdout, 'data');
  return Number(port);
}

const found = <T>(records: readonly T[]) => ({ kind: 'found', records }) as const;

/** One exchanger with these addresses, each of which is a port of this machine. */
function world(
  t: TestContext,
  ports: Readonly<Record<string, number>>,
  control: Readonly<Record<string, string>> = {},
) {
  const resolver: Resolver = {
    mx: async () => found([{ host: 'mx.there.example', preference: 10 }]),
    addresses: async () => found(Object.keys(ports)),
  };
  const asked: string[] = [];
  const toPort = createDial(systemClock);
  const dial: Dial = (ip, _port, timeoutMs, givenUp) => {
    asked.push(ip);
    return toPort('127.0.0.1', ports[ip] ?? 1, timeoutMs, givenUp);
  };
  const lockDir = tempDir(t);
  const tcpto = openTcpTo(lockDir, systemClock);
  tcpto.clear();
  const rig = remoteRig(t, { control, deps: { resolver, dial, tcpto } });
  const resting = () =>
    tcpToFormats.flatMap(format =>
      readTcpTo(lockDir, format)
        .all()
        .map(({ ip }) => ip),
    );
  return { asked, log: rig.log, tcpto, resting, deliver: () => rig.deliver('bob@there.example') };
}

const hole = { skip: process.platform !== 'linux' || without('python3') };

test(
  'remote: an address that says nothing, one that refuses, one that answers → delivered, and nothing is held against the first',
  hole,
  async t => {
    const peer = await startPeer(t);
    const { asked, log, resting, deliver } = world(t, {
      '192.0.2.1': await blackHole(t),
      '192.0.2.2': 1,
      '2001:db8::1': peer.port,
    });
    const outcome = await deliver();
    assert.deepEqual(
      [outcome.kind, outcome.answer],
      ['done', { code: 250, words: 'ok queued', host: 'mx.there.example', ip: '2001:db8::1' }],
    );
    assert.deepEqual(asked, ['192.0.2.1', '2001:db8::1'], 'the families take turns');
    assert.deepEqual([log, resting()], [[], []]);
  },
);

test(
  'remote: nothing but addresses that say nothing → all time out side by side, and each is remembered',
  hole,
  async t => {
    const port = await blackHole(t);
    const { asked, resting, deliver } = world(t, { '192.0.2.1': port, '2001:db8::1': port }, { timeoutconnect: '1' });
    assert.equal((await deliver()).kind, 'later');
    assert.deepEqual(
      [asked, resting().sort()],
      [
        ['192.0.2.1', '2001:db8::1'],
        ['192.0.2.1', '2001:db8::1'],
      ],
    );
  },
);

test('remote: the address that answers wants nothing of us → the others are asked, those that refused are not', async t => {
  const busy = await startPeer(t, { greeting: '421 busy' });
  const peer = await startPeer(t);
  const { asked, deliver } = world(t, { '192.0.2.1': 1, '2001:db8::1': busy.port, '192.0.2.2': peer.port });
  const outcome = await deliver();
  assert.deepEqual([outcome.kind, outcome.answer?.ip], ['done', '192.0.2.2']);
  assert.deepEqual(asked, ['192.0.2.1', '2001:db8::1', '192.0.2.2']);
});

test('remote: an address that rests → is not asked, and the next one does not wait for it', async t => {
  const peer = await startPeer(t);
  const clock = steppedClock(1_000_000_000);
  const rests = openTcpTo(tempDir(t), clock);
  rests.clear();
  for (let n = 0; n < 2; n++) {
    rests.timedOut('192.0.2.1');
    clock.pass(200_000);
  }
  const { port } = peer;
  const dialled: string[] = [];
  const dial: Dial = (ip, _port, timeoutMs) => {
    dialled.push(ip);
    if (ip === '192.0.2.1') throw new DialTimeout('connection timed out');
    return createDial(systemClock)('127.0.0.1', port, timeoutMs);
  };
  const resolver: Resolver = {
    mx: async () => ({ kind: 'none' }),
    addresses: async () => found(['192.0.2.1', '192.0.2.2']),
  };
  // The stepped clock does not move: only an attempt that has ended lets the next one start.
  const rig = remoteRig(t, { deps: { resolver, dial, tcpto: rests, clock } });
  assert.equal((await rig.deliver('bob@there.example')).kind, 'done');
  assert.deepEqual(dialled, ['192.0.2.2']);
});
