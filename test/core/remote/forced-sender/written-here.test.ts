// Which trace of a message says that it was written on this machine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatReceived } from '../../../../core/receive/received.ts';
import { isOwnBounce, isWrittenHere } from '../../../../core/remote/forced-sender/written-here.ts';

const queue = (how: string) => `Received: (qmail 12 invoked ${how}); 1 Dec 2026 10:00:00 -0000\n`;
const [user, alias, bounce, network] = ['by uid 1000', 'by alias', 'for bounce', 'from network'].map(queue) as [
  string,
  string,
  string,
  string,
];
const from = (remoteIp: string, more: { helo?: string; remoteInfo?: string } = {}) =>
  formatReceived(
    {
      remoteHost: 'pc.example',
      remoteIp,
      localHost: 'me.example',
      helo: undefined,
      remoteInfo: undefined,
      protocol: 'SMTP',
      ...more,
    },
    0,
  );
const ofmipd = 'Received: (ofmipd 192.0.2.9); 1 Dec 2026 10:00:00 -0000\n';
const far = 'Received: from a.example (192.0.2.1) by b.example; 1 Dec 2026 10:00:00 -0000\n';

const traces: [what: string, received: string[], expected: boolean][] = [
  ['a program', [user], true],
  ['a bounce of this host', [bounce], true],
  ['forwarded by a rule of alias', [alias, user], true],
  ['a mail client, by SMTP on loopback', [network, from('127.0.0.1', { helo: 'pc', remoteInfo: 'joe' })], true],
  ['the same by IPv6, then forwarded', [alias, user, network, from('::1')], true],
  ['a client of ofmipd', [user, ofmipd], true],
  ['ofmipd in the trace of a stranger', [network, from('192.0.2.1'), ofmipd], false],
  ['ofmipd alone', [ofmipd], false],
  ['a stranger', [network, from('192.0.2.1')], false],
  [
    'a stranger that calls itself loopback',
    [network, from('192.0.2.1', { helo: '127.0.0.1', remoteInfo: '127.0.0.1' })],
    false,
  ],
  ['a stranger with a forged trace', [network, from('192.0.2.1'), user], false],
  ['a stranger, forwarded', [alias, network, from('192.0.2.1')], false],
  ["a stranger's mail that fetchmail hands over", [network, from('127.0.0.1'), far], false],
  ["a stranger's mail that a program sends on", [user, far], false],
  ['a line of a server that is not ours', [network, far], false],
  ['the line of the queue alone', [network], false],
  ['no trace', [], false],
];

for (const [what, received, expected] of traces) {
  test(`written here: ${what} → ${expected ? 'yes' : 'no'}`, () => {
    assert.equal(isWrittenHere(received), expected);
  });
}

test('own bounce: the first line of its trace decides, wherever it was forwarded', () => {
  assert.deepEqual([[bounce], [alias, bounce], [user], []].map(isOwnBounce), [true, true, false, false]);
});
