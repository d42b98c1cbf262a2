// An account that is tried, by POP3: whether a message has arrived, and servers that do not keep to the protocol.
import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import { parseAccount } from '../../../core/control/fetch/account-file.ts';
import { createOpenMailbox } from '../../../core/fetch/try-account.ts';
import { popAccount } from '../../support/fetch-rig.ts';
import { type Pop3Peer, pop3Peer, providersMessage, type Quirk } from '../../support/pop3-peer.ts';
import { steppedClock } from '../../support/stepped-clock.ts';

const { account } = parseAccount('provider', popAccount);
const one = { uid: 'u1', text: 'Message-ID: <one@x.example>\r\n\r\nText\r\n' };
const two = { uid: 'u2', text: 'Message-ID: <two@x.example>\r\n\r\nText\r\n' };

function open({ serve }: Pop3Peer) {
  const dial = async () => {
    const [near, far] = duplexPair();
    for (const stream of [near, far]) stream.on('error', () => {});
    serve(far);
    return near as never;
  };
  const reach = { dial, lookUp: async (host: string) => [host] };
  return createOpenMailbox({ clock: steppedClock(0), reach })(account, 'sesame', new AbortController().signal);
}

test('a message that arrives → found in a new connection, by its Message-ID, and nothing is deleted', async () => {
  const peer = pop3Peer([one]);
  const mailbox = await open(peer);
  assert.match(mailbox.says.at(-1) ?? '', /The inbox has 1 message\./);
  assert.equal(await mailbox.has('<two@x.example>'), false);
  peer.messages = [one, two, { uid: 'u3', text: providersMessage('three') }];
  assert.equal(await mailbox.has('<two@x.example>'), true);
  assert.doesNotMatch(peer.asked.join('\n'), /RETR|DELE/);
});

const odd: readonly (readonly [what: string, quirk: Quirk, expected: RegExp | false])[] = [
  ['has no TOP', command => (command.startsWith('TOP') ? '-ERR what?\r\n' : undefined), false],
  [
    'sends a header without end',
    command => (command.startsWith('TOP') ? `+OK\r\n${'x: y\r\n'.repeat(400_000)}` : undefined),
    /sends a header that does not end/,
  ],
];
for (const [what, quirk, expected] of odd) {
  test(`a server that ${what} → said, or not found`, async () => {
    const mailbox = await open(pop3Peer([one, two], quirk));
    if (expected) await assert.rejects(mailbox.has('<one@x.example>'), expected);
    else assert.equal(await mailbox.has('<one@x.example>'), false);
  });
}
