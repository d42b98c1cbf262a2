// Deliveries to a domain with a policy of MTA-STS: only to exchangers that it lists, within verified TLS.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { StsPolicy } from '../../../../core/remote/sts/policy.ts';
import { issue } from '../../../support/certificates.ts';
import { mxWorld } from '../../../support/mx-world.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { startPeer } from '../../../support/smtp-peer.ts';

const own = issue({ subject: 'mx.x.example' });

async function desk(t: TestContext, policy: Partial<StsPolicy>, control: Record<string, string> = {}, offered = true) {
  const tls = { ehlo: '250-peer\r\n250 STARTTLS', starttls: '220 go', tls: { cert: own.cert, key: own.key } };
  const peer = await startPeer(t, offered ? tls : {});
  const full: StsPolicy = { mode: 'enforce', mx: ['mx.x.example'], maxAgeSec: 1000, ...policy };
  const deps = {
    ...mxWorld(peer.port).deps,
    policyFor: async (domain: string) => (domain === 'x.example' ? full : undefined),
  };
  return { peer, rig: remoteRig(t, { control, deps }) };
}

test('MTA-STS: enforced, and the certificate is not verified → deferred, and who asked', async t => {
  const { rig } = await desk(t, {});
  const { kind, text } = await rig.deliver('joe@x.example');
  assert.equal(kind, 'later');
  assert.match(text, /signed by itself\. TLS is required by the policy of x\.example \(MTA-STS\)\. \(#4\.7\.5\)/);
});

test('MTA-STS: enforced, and STARTTLS is not offered → deferred', async t => {
  const { peer, rig } = await desk(t, {}, {}, false);
  const { kind, text } = await rig.deliver('joe@x.example');
  assert.equal(kind, 'later');
  assert.match(text, /does not offer TLS\. TLS is required by the policy of x\.example \(MTA-STS\)\./);
  assert.deepEqual(peer.sessions[0]?.commands.slice(0, 1), ['EHLO here.example']);
});

test('MTA-STS: enforced, and the exchanger is not listed → deferred, no connection', async t => {
  const { peer, rig } = await desk(t, { mx: ['*.other.example'] });
  const { kind, text } = await rig.deliver('joe@x.example');
  assert.equal(kind, 'later');
  assert.match(text, /^The policy of x\.example \(MTA-STS\) names none of its mail exchangers\./);
  assert.equal(peer.sessions.length, 0);
});

for (const [what, policy, why] of [
  ['not listed', { mx: ['*.other.example'] }, 'it is not listed'],
  ['not verified', {}, 'the certificate is signed by itself'],
] as const) {
  test(`MTA-STS: only tested, ${what} → sent, and the log says what would be refused`, async t => {
    const { rig } = await desk(t, { ...policy, mode: 'testing' });
    assert.equal((await rig.deliver('joe@x.example')).kind, 'done');
    const line = `remote: the policy of x.example (MTA-STS, only tested) would refuse mx.x.example: ${why}`;
    assert.deepEqual(rig.log, [line]);
  });
}

test('MTA-STS: mode none, another domain, a line for the domain, a route → as without', async t => {
  const none = await desk(t, { mode: 'none', mx: [] });
  assert.equal((await none.rig.deliver('joe@x.example')).kind, 'done');
  const other = await desk(t, { mx: [] });
  assert.equal((await other.rig.deliver('joe@y.example')).kind, 'done');
  const line = await desk(t, { mx: [] }, { tlsdestinations: '-x.example:\n' });
  assert.equal((await line.rig.deliver('joe@x.example')).kind, 'done');
  const route = await desk(t, { mx: [] }, { smtproutes: ':relay.example\n' });
  assert.equal((await route.rig.deliver('joe@x.example')).kind, 'done');
});
