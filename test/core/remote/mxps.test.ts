// The Mail Exchanger Protocol Switch: preferences of MX records that announce QMTP (https://cr.yp.to/im/mxps.html).
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createDial, type Dial, DialTimeout } from '../../../core/conversation/channel.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { openTcpTo, readTcpTo } from '../../../core/remote/connections/tcpto.ts';
import { tcpToFormats } from '../../../core/remote/connections/tcpto-table.ts';
import type { Resolver } from '../../../core/remote/exchangers/resolver.ts';
import { remoteRig } from '../../support/remote-rig.ts';
import { startPeer } from '../../support/smtp-peer.ts';
import { startTcpPeer } from '../../support/tcp-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';

function exchangers(...records: [preference: number, ip: string][]): Resolver {
  return {
    mx: async () => ({ kind: 'found', records: records.map(([preference, host]) => ({ preference, host })) }),
    addresses: async () => ({ kind: 'none' }),
  };
}

/** Every address has a server for SMTP; `qmtp`: what the one for QMTP answers, or why there is none. */
async function world(t: TestContext, resolver: Resolver, qmtp: string | Error) {
  const smtp = await startPeer(t);
  const relay = await startTcpPeer(t, (socket, sent) => {
    if (sent.endsWith(',,')) socket.end(String(qmtp));
  });
  const asked: string[] = [];
  const toPeer = createDial(systemClock);
  const dial: Dial = async (ip, port, timeoutMs) => {
    asked.push(`${ip}:${port}`);
    if (port === 209 && qmtp instanceof Error) throw qmtp;
    return toPeer('127.0.0.1', port === 209 ? relay.port : smtp.port, timeoutMs);
  };
  const lockDir = tempDir(t);
  const tcpto = openTcpTo(lockDir, systemClock);
  tcpto.clear();
  const rig = remoteRig(t, { deps: { resolver, dial, tcpto, localAddresses: () => ['192.0.2.99'] } });
  return { asked, relay, deliver: rig.deliver, resting: () => readTcpTo(lockDir, tcpToFormats[0] as never).all() };
}

const taken = '10:Kok 1 qp 2,';

const preferences: [preference: number, asked: string[]][] = [
  [0, ['192.0.2.1:25']],
  [10, ['192.0.2.1:25']],
  [12_800, ['192.0.2.1:25']],
  [12_801, ['192.0.2.1:209']],
  [12_802, ['192.0.2.1:25']],
  [12_817, ['192.0.2.1:209']],
  [13_041, ['192.0.2.1:209']],
  [13_057, ['192.0.2.1:25']],
  [12_785, ['192.0.2.1:25']],
];

for (const [preference, expected] of preferences) {
  test(`mxps: preference ${preference} → ${expected[0]}`, async t => {
    const { asked, deliver } = await world(t, exchangers([preference, '192.0.2.1']), taken);
    assert.equal((await deliver('a@x.example')).kind, 'done');
    assert.deepEqual(asked, expected);
  });
}

test('mxps: no QMTP after all → SMTP at the same address; a timeout of QMTP does not say that the host is down', async t => {
  for (const error of [new Error('connection refused'), new DialTimeout('connection timed out')]) {
    const { asked, deliver, resting } = await world(t, exchangers([12_801, '192.0.2.1'], [12_817, '192.0.2.2']), error);
    assert.equal((await deliver('a@x.example')).kind, 'done');
    assert.deepEqual(asked, ['192.0.2.1:209', '192.0.2.1:25']);
    assert.deepEqual(resting(), []);
  }
});

test('mxps: a refusal by QMTP → counts, SMTP is not tried', async t => {
  const { asked, deliver } = await world(t, exchangers([12_801, '192.0.2.1']), '3:Dno,');
  const outcome = await deliver('a@x.example');
  assert.equal(outcome.kind, 'never');
  assert.match(outcome.text, /^192\.0\.2\.1 does not like recipient\.\nRemote host said: no\n/);
  assert.deepEqual(asked, ['192.0.2.1:209']);
});

test('mxps: a partial last line → goes by QMTP, not by SMTP', async t => {
  const { deliver, relay } = await world(t, exchangers([12_801, '192.0.2.1']), taken);
  assert.equal((await deliver('a@x.example', { text: 'no end' })).kind, 'done');
  assert.ok(relay.received[0]?.startsWith('7:\nno end,'));
  const without = await world(t, exchangers([12_801, '192.0.2.1']), new Error('connection refused'));
  assert.match((await without.deliver('a@x.example', { text: 'no end' })).text, /\(#5\.6\.2\)/);
});

test('mxps: this machine is among them → only better ones are tried', async t => {
  const { asked, deliver } = await world(t, exchangers([12_801, '192.0.2.1'], [12_817, '192.0.2.99']), taken);
  assert.equal((await deliver('a@x.example')).kind, 'done');
  assert.deepEqual(asked, ['192.0.2.1:209']);
});
