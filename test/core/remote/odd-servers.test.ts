// Mail exchangers and zones with small faults, as they exist: mail is delivered, or waits, or is returned.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createDial } from '../../../core/conversation/channel.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { startDns, type Zone } from '../../support/dns-server.ts';
import { remoteRig } from '../../support/remote-rig.ts';
import { type PeerScript, startPeer } from '../../support/smtp-peer.ts';

const odd: readonly (readonly [what: string, script: PeerScript, kind: string, text: RegExp])[] = [
  ['greets in several lines', { greeting: '220-a.example ESMTP\r\n220-hello\r\n220 go' }, 'done', /accepted message/],
  [
    'greets with our own name',
    { greeting: '220 here.example ESMTP', ehlo: '250 here.example' },
    'done',
    /accepted message/,
  ],
  ['answers RCPT with 251', { rcpt: '251 will forward' }, 'done', /accepted message/],
  ['answers DATA with 250', { data: '250 ok' }, 'later', /./],
  ['says 421 to RCPT', { rcpt: '421 4.7.0 too many connections' }, 'later', /4\.7\.0 too many connections/],
  [
    'refuses in several lines',
    { dot: '550-5.7.1 one\r\n550-5.7.1 two\r\n550 5.7.1 spam' },
    'never',
    /550-5\.7\.1 one\n550-5\.7\.1 two\n550 5\.7\.1 spam/,
  ],
  ['refuses with bytes that are not ASCII', { rcpt: '550 5.1.1 unknown\xe9' }, 'never', /550 5\.1\.1 unknown/],
];

for (const [what, script, kind, text] of odd) {
  test(`remote: a server that ${what} → ${kind}`, async t => {
    const peer = await startPeer(t, script);
    const outcome = await remoteRig(t, { port: peer.port }).deliver('bob@there.example');
    assert.match(outcome.text, text);
    assert.equal(outcome.kind, kind);
  });
}

const good = { a: ['192.0.2.25'] };
const many = Array.from({ length: 15 }, (_, at): [number, string] => [10 + at, `m${at}.example`]);
const zone: Zone = {
  'good.example': good,
  'null-beside.example': {
    mx: [
      [0, ''],
      [10, 'good.example'],
    ],
  },
  'many.example': { mx: [...many, [25, 'good.example']] },
  'upper.example': { mx: [[10, 'GOOD.EXAMPLE']] },
  'under_score.example': { mx: [[10, 'mx_1.example']] },
  'mx_1.example': good,
  'aaaa-broken.example': { mx: [[10, 'four.example']] },
  'four.example': { ...good, broken: ['aaaa'] },
  'mx-broken.example': { ...good, broken: ['mx'] },
  'first-gone.example': {
    mx: [
      [10, 'nowhere.example'],
      [20, 'good.example'],
    ],
  },
  'loop.example': { mx: [[10, 'five.example']] },
  'five.example': { a: ['127.0.0.5'] },
  'mapped.example': { mx: [[10, 'mapped-host.example']] },
  'mapped-host.example': { aaaa: ['0:0:0:0:0:ffff:7f00:1'] },
  'zero.example': { mx: [[10, 'zero-host.example']] },
  'zero-host.example': { a: ['0.0.0.0'] },
};
const localAddresses = () => ['0.0.0.0', '::', '127.0.0.1', '::1'];
const ours = /listed as a best-preference MX or A/;
const zones: readonly (readonly [domain: string, asked: readonly string[], kind: string, text: RegExp])[] = [
  ['null-beside.example', ['192.0.2.25'], 'done', /accepted message/],
  ['many.example', ['192.0.2.25'], 'done', /accepted message/],
  ['upper.example', ['192.0.2.25'], 'done', /accepted message/],
  ['UNDER_score.example', ['192.0.2.25'], 'done', /accepted message/],
  ['aaaa-broken.example', ['192.0.2.25'], 'done', /accepted message/],
  ['first-gone.example', ['192.0.2.25'], 'done', /accepted message/],
  ['mx-broken.example', [], 'later', /#4\.1\.2/],
  ['loop.example', [], 'never', ours],
  ['mapped.example', [], 'never', ours],
  ['zero.example', [], 'never', ours],
];

async function send(t: TestContext, domain: string) {
  const peer = await startPeer(t);
  const toPeer = createDial(systemClock);
  const asked: string[] = [];
  const dial: typeof toPeer = (ip, _port, timeoutMs) => {
    asked.push(ip);
    return toPeer('127.0.0.1', peer.port, timeoutMs);
  };
  const control = { resolvers: `${await startDns(t, zone)}\n` };
  const outcome = await remoteRig(t, { control, deps: { resolver: undefined, dial, localAddresses } }).deliver(
    `x@${domain}`,
  );
  return { asked, outcome };
}

for (const [domain, expected, kind, text] of zones) {
  test(`remote: the zone of ${domain} → ${kind}, ${expected.length} server asked`, async t => {
    const { asked, outcome } = await send(t, domain);
    assert.deepEqual(asked, expected);
    assert.match(outcome.text, text);
    assert.equal(outcome.kind, kind);
  });
}
