// The QMQP service (remote.md 4): one message, one answer, and only clients that a rule names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { netstring } from '../../../../core/lib/net/netstring.ts';
import { assertEnds, cutAnywhere, type End, startPackages } from '../../../support/package-rig.ts';

const received = 'Received: from unknown (127.0.0.1)\n  by heaven.af.mil with QMQP; 21 Nov 2026 09:35:52 -0000\n';
const kok = '22:Kok 1795253752 qp 4056,';
const refused = "51:Dsorry, I can't accept addresses like that (#5.1.3),";
const rules = '127.:allow\n';
const unlimited = { rules, control: { concurrencyperip: '0\n', connectionrate: '0\n' } };

function pack(message: string, addresses: readonly string[]): string {
  return netstring(Buffer.concat([message, ...addresses].map(netstring))).toString('latin1');
}

test('qmqp: remote.md 10 → queued for any domains', async t => {
  const rig = await startPackages(t, 'qmqp', { rules });
  assert.equal(await rig.exchange('34:10:Hi\nthere.\n,3:a@b,5:x@y.z,3:q@r,,'), kok);
  assert.deepEqual(rig.taken, [{ text: `${received}Hi\nthere.\n`, envelope: 'Fa@b\0Tx@y.z\0Tq@r\0\0' }]);
});

const inner = '10:Hi\nthere.\n,3:a@b,5:x@y.z,3:q@r,';
const whole = `34:${inner},`;

const ends: End[] = [
  ...[33, 35, 38].map((length): End => [`remote.md 10: outer length ${length}`, `${length}:${inner},`, 100]),
  ['no sender', pack('x', []), 100],
  ['no comma at the end', `34:${inner}x`, 100],
  ['an address beyond the end', '12:1:x,3:a@b,9:', 100],
  ['a length beyond the end', '9:1:x,3:a@b999', 100],
  ['not a netstring', 'EHLO x\r\n', 100],
  ['too long', '20000000010', 111],
  ...cutAnywhere(whole),
];

test('qmqp: invalid packages, and packages that are cut anywhere → no answer, never queued, the right exit code', async t => {
  const rig = await startPackages(t, 'qmqp', unlimited);
  await assertEnds(rig, ends);
});

const addresses: [what: string, addresses: string[], answer: string][] = [
  ['no recipients', ['a@b'], kok],
  ['a sender of 1000 bytes', ['x'.repeat(1000), 'c@d'], refused],
  ['a recipient of 1000 bytes', ['a@b', 'c@d', 'x'.repeat(1000)], refused],
  ['999 bytes', ['x'.repeat(999), 'x'.repeat(999)], kok],
  ['NUL', ['a@b', 'c\0d'], refused],
  ['nobody among them', ['a@b', 'c@d', ''], refused],
];

for (const [what, list, answer] of addresses) {
  test(`qmqp: ${what} → ${answer}`, async t => {
    const rig = await startPackages(t, 'qmqp', { rules });
    assert.equal(await rig.exchange(pack('Hi\n', list)), answer);
    assert.equal(rig.handed(), answer === kok ? 1 : 0);
  });
}

test('qmqp: the queue refuses → its text', async t => {
  const answer = () => ({ ok: false, code: 53, permanent: false, text: 'qq no (#4.3.0)' }) as const;
  const rig = await startPackages(t, 'qmqp', { answer, rules });
  assert.equal(await rig.exchange(whole), '15:Zqq no (#4.3.0),');
});

const access: [what: string, ip: string, rules: string | undefined, allowed: boolean][] = [
  ['no rules, this machine', '127.0.0.1', undefined, false],
  ['no rules, this machine by IPv6', '::1', undefined, false],
  ['no rules, another machine', '192.0.2.7', undefined, false],
  ['a rule for this machine', '127.0.0.1', '127.:allow\n', true],
  ['a rule for it', '192.0.2.7', '192.0.2.:allow\n', true],
  ['a rule for others', '192.0.2.7', '192.0.3.:allow\n', false],
  ['a rule for all', '192.0.2.7', ':allow\n', true],
  ['a rule against it', '127.0.0.1', '127.:deny\n', false],
  ['rules that make no sense', '127.0.0.1', '127.:what\n', false],
];

for (const [what, ip, rules, allowed] of access) {
  test(`qmqp: ${what} → ${allowed ? 'admitted' : 'refused, even if control/relayclients lists it'}`, async t => {
    const control = { relayclients: `${ip}\n` };
    const rig = await startPackages(t, 'qmqp', { control, ...(rules !== undefined && { rules }), from: ip });
    assert.equal(await rig.exchange(whole), allowed ? kok : '');
    assert.equal(rig.taken.length, allowed ? 1 : 0);
  });
}

test('qmqp: DATABYTES in a rule → the limit for this client', async t => {
  const rig = await startPackages(t, 'qmqp', { rules: '127.:allow,DATABYTES="9"\n' });
  assert.equal(await rig.exchange(whole), '61:Dsorry, that message size exceeds my databytes limit (#5.3.4),');
});
