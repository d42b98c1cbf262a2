// STARTTLS where a server offers it (RFC 3207): the message goes within TLS, and nothing of what was said before counts.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Clock, systemClock } from '../../../../core/lib/clock.ts';
import { issue } from '../../../support/certificates.ts';
import { mxWorld } from '../../../support/mx-world.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { type PeerScript, startPeer } from '../../../support/smtp-peer.ts';

const own = issue({ subject: 'mx.example' });
const offering: PeerScript = {
  ehlo: '250-peer.example\r\n250-PIPELINING\r\n250 STARTTLS',
  starttls: '220 go',
  tls: { cert: own.cert, key: own.key },
};

async function desk(t: TestContext, script: PeerScript) {
  const peer = await startPeer(t, script);
  return { peer, rig: remoteRig(t, { deps: mxWorld(peer.port).deps }) };
}

test('STARTTLS: offered → EHLO, STARTTLS, EHLO again within TLS, and the message', async t => {
  const { peer, rig } = await desk(t, { ...offering, ehloWithinTls: '250-peer.example\r\n250 SIZE 1000' });
  const outcome = await rig.deliver('joe@x.example');
  assert.equal(outcome.kind, 'done', outcome.text);
  assert.deepEqual(peer.sessions[0]?.commands, [
    'EHLO here.example',
    'STARTTLS',
    'EHLO here.example',
    'MAIL FROM:<joe@here.example> SIZE=18',
    'RCPT TO:<joe@x.example>',
    'DATA',
  ]);
  assert.deepEqual(peer.sessions[0]?.tls, { servername: 'mx.x.example' });
  // PIPELINING was offered in the clear only.
  assert.deepEqual(new Set(peer.sessions[0]?.batches), new Set([1, 0]));
});

test('STARTTLS: offered within TLS again → not asked for again', async t => {
  const { peer, rig } = await desk(t, { ...offering, ehloWithinTls: '250-peer.example\r\n250 STARTTLS' });
  assert.equal((await rig.deliver('joe@x.example')).kind, 'done');
  assert.equal(peer.sessions[0]?.commands.filter(command => command === 'STARTTLS').length, 1);
});

test('STARTTLS: not offered → in the clear', async t => {
  const { peer, rig } = await desk(t, {});
  assert.equal((await rig.deliver('joe@x.example')).kind, 'done');
  assert.equal(peer.sessions[0]?.tls, undefined);
});

test('STARTTLS: offered, and refused with 454 → in the clear on the same connection', async t => {
  const { peer, rig } = await desk(t, { ...offering, starttls: '454 not now' });
  assert.equal((await rig.deliver('joe@x.example')).kind, 'done');
  assert.equal(peer.sessions.length, 1);
});

test('STARTTLS: two messages → one connection, one handshake', async t => {
  const { peer, rig } = await desk(t, offering);
  await rig.deliver('a@x.example');
  assert.equal((await rig.deliver('b@x.example')).kind, 'done');
  assert.equal(peer.sessions.length, 1);
  assert.equal(peer.sessions[0]?.messages.length, 2);
});

test('STARTTLS: a message of some megabytes → byte for byte', async t => {
  const { peer, rig } = await desk(t, { ...offering, ehloWithinTls: '250-peer.example\r\n250 8BITMIME' });
  const text = `Subject: t\n\n${'line \xe4\xff .\n.\n'.repeat(400_000)}`;
  assert.equal((await rig.deliver('joe@x.example', { text })).kind, 'done');
  const wire = text.replaceAll('\n.', '\n..').replaceAll('\n', '\r\n');
  assert.ok(peer.sessions[0]?.wire === `${wire}.\r\n`);
});

test('STARTTLS: something behind the 220 → deferred, and said; nothing is sent in the clear', async t => {
  const { peer, rig } = await desk(t, { ...offering, starttls: '220 go\r\n250 SIZE 1' });
  const outcome = await rig.deliver('joe@x.example');
  assert.equal(outcome.kind, 'later');
  assert.match(outcome.text, /something was said between STARTTLS and TLS/);
  assert.equal(peer.sessions.length, 1);
});

const failures: [what: string, script: Partial<PeerScript>, why: RegExp][] = [
  ['has no certificate', { tls: {} }, /the server accepts no version, cipher or certificate|closed/],
  [
    'goes on in the clear',
    { insteadOfTls: socket => void socket.once('data', () => socket.write('220 hello\r\n')) },
    /the server does not answer with TLS/,
  ],
  [
    'sends garbage',
    { insteadOfTls: socket => void socket.once('data', () => socket.write(Buffer.alloc(50_000, 0x16))) },
    /./,
  ],
  ['closes', { insteadOfTls: socket => void socket.once('data', () => socket.end()) }, /closed|disconnected/],
  ['resets', { insteadOfTls: socket => void socket.once('data', () => socket.resetAndDestroy()) }, /ECONNRESET|closed/],
];

for (const [what, script, why] of failures) {
  test(`STARTTLS: the server ${what} → once more in the clear, and the log says so`, async t => {
    const { peer, rig } = await desk(t, { ...offering, ...script });
    const outcome = await rig.deliver('joe@x.example');
    assert.equal(outcome.kind, 'done', outcome.text);
    assert.equal(peer.sessions.length, 2);
    assert.deepEqual(peer.sessions[1]?.commands.slice(0, 2), ['EHLO here.example', 'MAIL FROM:<joe@here.example>']);
    const [line = ''] = rig.log;
    assert.match(line, /^remote: 127\.0\.0\.1 port 25 for x\.example: TLS failed \(.*\), tried without$/);
    assert.match(line, why);
  });
}

test('STARTTLS: the server says 220 and hangs → given up after a minute, and once more in the clear', async t => {
  const asked = Promise.withResolvers<void>();
  const peer = await startPeer(t, {
    ...offering,
    insteadOfTls: socket => void socket.once('data', () => asked.resolve()),
  });
  const timers: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    after: (delayMs, run) => {
      if (delayMs !== 60_000) return systemClock.after(delayMs, run);
      timers.push(run);
      return () => {};
    },
  };
  const control = { timeoutconnect: '50\n' };
  const rig = remoteRig(t, { control, deps: { ...mxWorld(peer.port).deps, clock } });
  const outcome = rig.deliver('joe@x.example');
  await asked.promise;
  for (const run of timers) run();
  assert.equal((await outcome).kind, 'done');
  assert.match(rig.log[0] ?? '', /TLS failed \(timed out\), tried without$/);
});

for (const ehlo of ['250-peer.example\r\n250 STARTTLS', '250-peer.example\r\n250-PIPELINING\r\n250 STARTTLS']) {
  test(`STARTTLS: refused now, and 530 to MAIL, ${ehlo.slice(18, 28)} → deferred, not returned`, async t => {
    const { rig } = await desk(t, {
      ...offering,
      ehlo,
      starttls: '454 not now',
      mail: '530 5.7.0 Must issue STARTTLS',
    });
    const outcome = await rig.deliver('joe@x.example');
    assert.equal(outcome.kind, 'later');
    assert.match(outcome.text, /but sender was rejected\.\nRemote host said: 530 5\.7\.0 Must issue STARTTLS/);
  });
}

test('STARTTLS: 530 to MAIL from a server that offers no TLS → returned, as without TLS', async t => {
  const { rig } = await desk(t, { mail: '530 5.7.0 Authentication required' });
  assert.equal((await rig.deliver('joe@x.example')).kind, 'never');
});
