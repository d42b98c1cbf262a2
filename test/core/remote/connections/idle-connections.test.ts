// Connections that serve more than one message: what is shared, what is not, and that no message suffers from it.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createDial, type Dial } from '../../../../core/conversation/channel.ts';
import { type Clock, systemClock } from '../../../../core/lib/clock.ts';
import { createIdleConnections, type IdleConnections } from '../../../../core/remote/connections/idle-connections.ts';
import type { SmtpSession } from '../../../../core/remote/smtp/session.ts';
import { type RemoteRig, remoteRig } from '../../../support/remote-rig.ts';
import { type PeerScript, type PeerSession, type SmtpPeer, startPeer } from '../../../support/smtp-peer.ts';
import { until } from '../../../support/until.ts';

const pipelining = '250-peer\r\n250 PIPELINING';

/** A clock that a test turns. Only timers of the length of an idle connection's wait for it; the others are real. */
function turnedClock() {
  let nowMs = 1_000_000;
  const timers = new Set<() => void>();
  const clock: Clock = {
    nowMs: () => nowMs,
    after(delayMs, run) {
      if (delayMs !== 1000) return systemClock.after(delayMs, run);
      timers.add(run);
      return () => timers.delete(run);
    },
  };
  const turn = (byMs: number): void => {
    nowMs += byMs;
  };
  const ring = (): void => {
    for (const run of [...timers]) run();
    timers.clear();
  };
  return { clock, turn, ring };
}

interface Desk {
  readonly peer: SmtpPeer;
  readonly rig: RemoteRig;
  readonly connections: IdleConnections;
  readonly turn: (byMs: number) => void;
  readonly ring: () => void;
}

async function desk(t: TestContext, script: PeerScript = {}): Promise<Desk> {
  const peer = await startPeer(t, script);
  const { clock, turn, ring } = turnedClock();
  const connections = createIdleConnections(clock);
  t.after(() => connections.close());
  return { peer, connections, turn, ring, rig: remoteRig(t, { port: peer.port, deps: { clock, connections } }) };
}

async function quitOf(session: PeerSession | undefined): Promise<void> {
  await until('QUIT', () => session?.commands.at(-1) === 'QUIT');
}

for (const ehlo of ['250 peer', pipelining]) {
  test(`connections: two recipients one after the other, ${ehlo.slice(-10)} → one connection, one EHLO, two transactions`, async t => {
    const { peer, rig, connections } = await desk(t, { ehlo });
    assert.equal((await rig.deliver('a@x', { sender: 'l-a=x@here' })).kind, 'done');
    assert.equal((await rig.deliver('b@y', { sender: 'l-b=y@here', text: 'Subject: u\n' })).kind, 'done');
    connections.close();
    await quitOf(peer.sessions[0]);
    assert.deepEqual(peer.sessions[0]?.commands, [
      'EHLO here.example',
      'MAIL FROM:<l-a=x@here>',
      'RCPT TO:<a@x>',
      'DATA',
      'MAIL FROM:<l-b=y@here>',
      'RCPT TO:<b@y>',
      'DATA',
      'QUIT',
    ]);
    assert.equal(peer.sessions[0]?.wire, 'Subject: u\r\n.\r\n');
    assert.equal(peer.sessions.length, 1);
  });
}

test('connections: two messages at the same time → a connection each', async t => {
  const { peer, rig } = await desk(t);
  await Promise.all([rig.deliver('a@x', { sender: 'a@here' }), rig.deliver('b@x', { sender: 'b@here' })]);
  assert.equal(peer.sessions.length, 2);
});

test('connections: 101 recipients → a new connection after 100 messages', async t => {
  const { peer, rig } = await desk(t);
  for (let n = 0; n < 101; n++) await rig.deliver(`${n}@x`);
  const messages = peer.sessions.map(({ commands }) => commands.filter(command => command === 'DATA').length);
  assert.deepEqual(messages, [100, 1]);
  await quitOf(peer.sessions[0]);
});

const troubles: [what: string, script: PeerScript][] = [
  ['421 to MAIL', { mail: ['250 ok', '421 4.7.0 too many', '250 ok'] }],
  ['452 to MAIL', { mail: ['250 ok', '452 enough', '250 ok'] }],
  ['503 to MAIL', { mail: ['250 ok', '503 nested', '250 ok'] }],
  ['the end at MAIL', { mail: ['250 ok', 'drop', '250 ok'] }],
  ['452 to RCPT', { rcpt: ['250 ok', '452 4.5.3 too many', '250 ok'] }],
  ['550 to RCPT', { rcpt: ['250 ok', '550 not in this session', '250 ok'] }],
  ['the end at RCPT', { rcpt: ['250 ok', 'drop', '250 ok'] }],
  ['451 to DATA', { data: ['354 go', '451 no', '354 go'] }],
  ['the end at DATA', { data: ['354 go', 'drop', '354 go'] }],
];

for (const [what, script] of troubles) {
  for (const ehlo of ['250 peer', pipelining]) {
    test(`connections: ${what} on a connection that served before, ${ehlo.slice(-10)} → asked again on a new one`, async t => {
      const { peer, rig } = await desk(t, { ehlo, ...script });
      await rig.deliver('a@x');
      const { kind, text } = await rig.deliver('b@x');
      assert.deepEqual([kind, text], ['done', '127.0.0.1 accepted message.\nRemote host said: 250 ok queued\n']);
      assert.equal(peer.sessions.length, 2);
      assert.ok(peer.sessions[1]?.commands.includes('RCPT TO:<b@x>'));
    });
  }
}

test('connections: the new connection refuses too → its answer is the report', async t => {
  const { rig } = await desk(t, { rcpt: ['250 ok', '450 first', '550 second'] });
  await rig.deliver('a@x');
  const outcome = await rig.deliver('b@x');
  assert.equal(outcome.kind, 'never');
  assert.match(outcome.text, /Remote host said: 550 second/);
});

const final: [what: string, dot: readonly string[], text: RegExp][] = [
  ['the end after the dot', ['250 ok', 'drop', '250 ok'], /connection died\. Possible duplicate! \(#4\.4\.2\)/],
  [
    '451 after the dot',
    ['250 ok', '451 full', '250 ok'],
    /failed after I sent the message\.\nRemote host said: 451 full/,
  ],
  [
    '554 after the dot',
    ['250 ok', '554 spam', '250 ok'],
    /failed after I sent the message\.\nRemote host said: 554 spam/,
  ],
];

for (const [what, dot, text] of final) {
  test(`connections: ${what} on a connection that served before → reported, the message is not sent twice`, async t => {
    const { peer, rig } = await desk(t, { ehlo: pipelining, dot });
    await rig.deliver('a@x');
    assert.match((await rig.deliver('b@x')).text, text);
    assert.equal(peer.sessions.length, 1);
  });
}

const errors: [what: string, script: PeerScript][] = [
  ['a refused sender', { mail: ['550 no', '250 ok'] }],
  ['a refused recipient', { rcpt: ['550 no', '250 ok'] }],
  ['a refused message', { dot: ['451 no', '250 ok'] }],
  ['two answers to one message', { dot: ['250 ok\r\n250 and more', '250 ok'] }],
  ['half an answer too much', { dot: ['250 ok\r\n25', '250 ok'] }],
];

for (const [what, script] of errors) {
  test(`connections: after ${what} → not used again`, async t => {
    const { peer, rig } = await desk(t, script);
    await rig.deliver('a@x');
    assert.equal((await rig.deliver('b@x')).kind, 'done');
    assert.equal(peer.sessions.length, 2);
  });
}

test('connections: idle for a second → QUIT; the next message gets a new connection', async t => {
  const { peer, rig, ring } = await desk(t);
  await rig.deliver('a@x');
  assert.notEqual(peer.sessions[0]?.commands.at(-1), 'QUIT');
  ring();
  await quitOf(peer.sessions[0]);
  await rig.deliver('b@x');
  assert.equal(peer.sessions.length, 2);
});

test('connections: the machine slept while one was idle → it is not trusted', async t => {
  const { peer, rig, turn } = await desk(t);
  await rig.deliver('a@x');
  turn(3_600_000);
  assert.equal((await rig.deliver('b@x')).kind, 'done');
  assert.equal(peer.sessions.length, 2);
});

test('connections: closed while a message is under way → QUIT as soon as that is done', async t => {
  const { peer, rig, connections } = await desk(t);
  const delivery = rig.deliver('a@x');
  connections.close();
  assert.equal((await delivery).kind, 'done');
  await quitOf(peer.sessions[0]);
});

for (const [what, control] of [
  ['name in EHLO', { helohost: 'other.example\n' }],
  ['time limit', { timeoutremote: '60\n' }],
] as const) {
  test(`connections: another ${what} in the configuration → another connection`, async t => {
    const { peer, rig, connections } = await desk(t);
    await rig.deliver('a@x');
    await remoteRig(t, { port: peer.port, control, deps: { connections } }).deliver('b@x');
    assert.equal(peer.sessions.length, 2);
  });
}

test('connections: another relay at the same address → another connection', async t => {
  const { peer, rig, connections } = await desk(t);
  await rig.deliver('a@x');
  const control = { smtproutes: `:[127.0.0.1]:${peer.port}\n` };
  await remoteRig(t, { control, deps: { connections } }).deliver('b@x');
  assert.equal(peer.sessions.length, 2);
});

for (const farewell of ['421 4.4.2 idle', undefined]) {
  test(`connections: the server ${farewell ? `says ${farewell}` : 'hangs up'} while idle → closed at once`, async t => {
    const peer = await startPeer(t);
    const { clock } = turnedClock();
    const sockets: Awaited<ReturnType<Dial>>[] = [];
    const dial: Dial = async (...where) => {
      const socket = await createDial(systemClock)(...where);
      sockets.push(socket);
      return socket;
    };
    const rig = remoteRig(t, { port: peer.port, deps: { clock, dial } });
    await rig.deliver('a@x');
    peer.hangUp(farewell);
    await until('our end to close', () => sockets[0]?.writableEnded || sockets[0]?.destroyed);
    await rig.deliver('b@x');
    assert.equal(peer.sessions.length, 2);
  });
}

test('connections: the 65th idle one → the one that is idle longest is closed', () => {
  const { clock } = turnedClock();
  const connections = createIdleConnections(clock);
  const farewells: [number, string | undefined][] = [];
  const session = (number: number): SmtpSession => ({
    channel: {
      write: async () => true,
      reply: () => Promise.reject(new Error('nothing was asked')),
      pending: () => undefined,
      quiet: true,
      whenDisturbed: () => {},
      detach: () => assert.fail('no TLS was asked for'),
      close: farewell => void farewells.push([number, farewell]),
    },
    ip: '192.0.2.1',
    extensions: new Map(),
    tls: undefined,
    accepted: 1,
  });
  for (let number = 0; number < 65; number++) connections.keep(`server ${number}`, session(number));
  assert.deepEqual(farewells, [[0, 'QUIT\r\n']]);
  assert.equal(connections.take('server 0'), undefined);
  assert.ok(connections.take('server 1'));
});
