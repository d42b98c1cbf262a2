// What one server refuses another may accept: the next exchanger, then control/fallbackrelay; and which server is never asked
// twice.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { classify } from '../../../core/control/classify.ts';
import { isRcptHost } from '../../../core/control/rcpthosts.ts';
import { createDial } from '../../../core/conversation/channel.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { perServers } from '../../../core/lib/net/dns.ts';
import type { Resolver } from '../../../core/remote/exchangers/resolver.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { remoteRig } from '../../support/remote-rig.ts';
import { type PeerScript, startPeer } from '../../support/smtp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

const found = <T>(records: readonly T[]) => ({ kind: 'found', records }) as const;

/** Two exchangers, the first of which is as a test says, and a relay behind them. */
async function town(
  t: TestContext,
  script: PeerScript,
  control: Readonly<Record<string, string>> = {},
  msPerConnection = 0,
) {
  const first = await startPeer(t, script);
  const second = await startPeer(t);
  const ports: Readonly<Record<string, number>> = { '192.0.2.1': first.port, '192.0.2.2': second.port };
  const resolver: Resolver = {
    mx: async () =>
      found([
        { host: 'a.example', preference: 10 },
        { host: 'b.example', preference: 20 },
      ]),
    addresses: async host => found([host === 'a.example' ? '192.0.2.1' : '192.0.2.2']),
  };
  const toPeer = createDial(systemClock);
  let passedMs = 0;
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + passedMs };
  const dial: typeof toPeer = (ip, _port, timeoutMs) => {
    passedMs += msPerConnection;
    return toPeer('127.0.0.1', ports[ip] ?? 1, timeoutMs);
  };
  const rig = remoteRig(t, { control, deps: { resolver, dial, clock } });
  return { first, second, deliver: () => rig.deliver('bob@there.example') };
}

const pipelining = '250-peer\r\n250 PIPELINING';
const turnedAway: readonly (readonly [what: string, script: PeerScript])[] = [
  ['a greeting of 554', { greeting: '554 go away' }],
  ['a greeting of 421', { greeting: '421 busy' }],
  ['a connection that is closed at once', { greeting: 'drop' }],
  ['EHLO and HELO refused', { ehlo: '550 no', helo: '550 no' }],
  ['a connection closed at EHLO', { ehlo: 'drop' }],
  ['421 to MAIL', { mail: '421 4.3.2 shutting down' }],
  ['421 to MAIL, pipelined', { ehlo: pipelining, mail: '421 4.3.2 shutting down' }],
  ['a connection closed at RCPT', { rcpt: 'drop' }],
  ['a connection closed at DATA, pipelined', { ehlo: pipelining, data: 'drop' }],
];

for (const [what, script] of turnedAway) {
  test(`next exchanger: ${what} → the second gets the message`, async t => {
    const { second, deliver } = await town(t, script);
    const outcome = await deliver();
    assert.deepEqual([outcome.kind, outcome.text.slice(0, 27)], ['done', '192.0.2.2 accepted message.']);
    assert.equal(second.sessions[0]?.messages.length, 1);
  });
}

test('next exchanger: the first took longer than 20 minutes → the second is asked at the next attempt', async t => {
  const { second, deliver } = await town(t, { greeting: '421 busy' }, {}, 1_300_000);
  const outcome = await deliver();
  assert.deepEqual([outcome.kind, second.sessions.length], ['later', 0]);
});

const decided: readonly (readonly [what: string, script: PeerScript, kind: string])[] = [
  ['a recipient refused for good', { rcpt: '550 no' }, 'never'],
  ['a recipient put off', { rcpt: '450 later' }, 'later'],
  ['a sender refused', { mail: '550 no' }, 'never'],
  ['a message refused', { dot: '554 spam' }, 'never'],
  ['a connection closed behind the final dot', { dot: 'drop' }, 'later'],
];

for (const [what, script, kind] of decided) {
  test(`next exchanger: ${what} → that is the answer, the second is not asked`, async t => {
    const { second, deliver } = await town(t, script);
    assert.equal((await deliver()).kind, kind);
    assert.deepEqual(second.sessions, []);
  });
}

test('next exchanger: all refuse the message → the reply of the last one that answered', async t => {
  const { first, second, deliver } = await town(t, { greeting: '421 busy' });
  second.hangUp();
  assert.equal((await deliver()).kind, 'done');
  assert.equal(first.sessions.length, 1);
});

test('fallbackrelay: no exchanger can be reached, or wants anything → the relay gets the message', async t => {
  const relay = await startPeer(t);
  const toRelay = createDial(systemClock);
  const gone: Resolver = { mx: async () => ({ kind: 'failed' }), addresses: async () => ({ kind: 'failed' }) };
  const busy = await startPeer(t, { greeting: '421 busy' });
  const dial: typeof toRelay = (ip, port, timeoutMs) =>
    toRelay('127.0.0.1', ip === '192.0.2.9' ? relay.port : busy.port + port * 0, timeoutMs);
  const mx: Resolver = { mx: async () => ({ kind: 'none' }), addresses: async () => found(['192.0.2.1']) };
  for (const resolver of [gone, mx]) {
    const rig = remoteRig(t, { control: { fallbackrelay: '[192.0.2.9]:26\n' }, deps: { resolver, dial } });
    assert.equal((await rig.deliver('bob@there.example')).kind, 'done');
  }
  assert.equal(relay.sessions.flatMap(({ messages }) => messages).length, 2);
  const none: Resolver = { mx: async () => ({ kind: 'none' }), addresses: async () => ({ kind: 'none' }) };
  const rig = remoteRig(t, { control: { fallbackrelay: '[192.0.2.9]\n' }, deps: { resolver: none, dial } });
  assert.equal((await rig.deliver('bob@typo.example')).kind, 'never', 'a name that does not exist goes nowhere');
});

test('ourselves as an IPv4-mapped address → recognised, the mail does not loop', async t => {
  for (const own of ['::ffff:127.0.0.1', '::ffff:7f00:1', '::FFFF:192.0.2.7', '::ffff:0:0', '0.0.0.0', '::']) {
    const resolver: Resolver = { mx: async () => ({ kind: 'none' }), addresses: async () => found([own]) };
    const dial = () => assert.fail(`${own} was connected to`);
    const localAddresses = () => ['127.0.0.1', '192.0.2.7', '0.0.0.0', '::'];
    const outcome = await remoteRig(t, { deps: { resolver, dial, localAddresses } }).deliver('bob@there.example');
    assert.deepEqual([outcome.kind, outcome.kind === 'never' && outcome.status], ['never', '5.4.6'], own);
  }
});

test('resolv.conf changes → the servers are read again; control/resolvers ignores it', t => {
  const path = join(tempDir(t), 'resolv.conf');
  writeFileSync(path, 'nameserver 192.0.2.53\n');
  let made = 0;
  const serversOf = perServers(() => ++made, path);
  assert.deepEqual([serversOf(undefined), serversOf(undefined)], [1, 1]);
  writeFileSync(path, 'nameserver 198.51.100.53\n');
  assert.deepEqual([serversOf(undefined), serversOf([])], [2, 2]);
  assert.deepEqual([serversOf(['192.0.2.1']), serversOf(['192.0.2.1'])], [3, 3]);
  writeFileSync(path, '');
  assert.equal(serversOf(['192.0.2.1']), 3);
});

test('a domain with a dot at its end → the same domain', t => {
  const control = writeControl(tempDir(t), { locals: 'here.example\n', rcpthosts: 'here.example\n' });
  const { channel, address } = classify('joe@here.example.', control);
  assert.deepEqual([channel, address], ['local', 'joe@here.example']);
  assert.equal(classify('joe@far.example.', control).address, 'joe@far.example');
  assert.equal(classify('joe@.', control).address, 'joe@.');
  assert.equal(isRcptHost(control, 'joe@here.example.'), true);
  assert.equal(isRcptHost(control, 'joe@far.example.'), false);
});
