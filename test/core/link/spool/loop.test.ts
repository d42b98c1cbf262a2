// Mail that would go back over the link that it came from: recognised by the fields that this host wrote.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { isFarEndOf, refusalOfLoop } from '../../../../core/link/spool/loop.ts';
import { formatReceived } from '../../../../core/receive/received.ts';

const from = (remoteIp: string, helo = 'congo.example') =>
  formatReceived(
    { remoteHost: undefined, remoteIp, remoteInfo: undefined, localHost: 'here', helo, protocol: 'QMTP' },
    0,
  );
const invoked = 'Received: (qmail 1 invoked by alias); 30 Nov 2026 06:00:00 -0000\n';
const text = 'From: ann@here.example\nSubject: hi\n\nHello.\n';
const to = (address: string) => `Delivered-To: ${address}\n`;

const cases: [situation: string, head: string, recipient: string, loops: boolean][] = [
  ['forwarded to the hub', invoked + to('bob@site.example') + invoked + from('10.0.10.1'), 'bob@hub.example', true],
  ['passes through', invoked + from('10.0.10.1'), 'bob@site.example', true],
  ['the name in other letters', to('Bob@site.example') + from('10.0.10.1'), 'bOB@hub.example', true],
  ['a list, with a subscriber there', to('crew@site.example') + from('10.0.10.1'), 'bob@hub.example', false],
  [
    'a list that is an alias of an alias',
    to('ann@site.example') + to('bob@site.example') + from('10.0.10.1'),
    'bob@hub.example',
    true,
  ],
  ['from another host', to('bob@site.example') + from('10.0.10.2'), 'bob@hub.example', false],
  ['written here', invoked, 'bob@hub.example', false],
  ['came by another host after the link', from('10.0.10.9') + from('10.0.10.1'), 'bob@hub.example', false],
  ['a HELO that looks like an address', from('10.0.10.9', 'x) (10.0.10.1)'), 'bob@hub.example', false],
  ['a Received field in the text', `${text}\n${from('10.0.10.1')}`, 'bob@hub.example', false],
];

for (const [situation, head, recipient, loops] of cases) {
  test(`link loop: ${situation} → ${loops ? 'returned at once' : 'may go'}`, () => {
    const passing = { head: Buffer.from(head + text), recipient, isFarEnd: (ip: string) => ip === '10.0.10.1' };
    const refused = refusalOfLoop('radio', passing);
    assert.equal(refused?.kind, loops ? 'never' : undefined);
    if (refused) assert.match(refused.text, /link radio from 10\.0\.10\.1.*\(#5\.4\.6\)\n$/);
  });
}

test('link loop: a large message without a header → looked through once', () => {
  const head = Buffer.alloc(64 * 1024, 'x\n');
  assert.equal(refusalOfLoop('radio', { head, recipient: 'a@b', isFarEnd: () => true }), undefined);
});

test('link loop: the far end → the server, turn-for addresses, and where the client last came from', () => {
  const { link } = parseLink('kenya', 'carries k.example\nserver 10.0.10.242\nturn-for address 10.0.11.0/24\n');
  const isFarEnd = (ip: string) => isFarEndOf(link, { clientIp: '192.0.2.7', server: null }, ip);
  const ips = ['10.0.10.242', '::ffff:10.0.10.242', '10.0.11.9', '192.0.2.7', '10.0.10.24', '10.0.12.1', 'unknown', ''];
  assert.deepEqual(ips.map(isFarEnd), [true, true, true, true, false, false, false, false]);
  const byName = parseLink('isp', 'carries *\nserver mail.isp.example\n').link;
  const known = (host: string) => ({ clientIp: null, server: { host, ips: ['10.0.10.241', '10.0.10.242'] } });
  assert.equal(isFarEndOf(byName, { clientIp: null, server: null }, '10.0.10.242'), false);
  assert.equal(isFarEndOf(byName, known('mail.isp.example'), '10.0.10.242'), true);
  // The file names another server since then.
  assert.equal(isFarEndOf(byName, known('mail.old.example'), '10.0.10.242'), false);
});

test('isFarEndOf: a link through a tunnel on this machine → mail from this machine has not come over it', () => {
  const { link } = parseLink('site', 'server 127.0.0.1:2525\n');
  assert.equal(isFarEndOf(link, { clientIp: null, server: null }, '127.0.0.1'), false);
});
