// What the sender wants to be told (RFC 3461), on its way to other hosts: passed on to servers that offer DSN.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { DeliveryJob } from '../../../core/paper-path/shapes.ts';
import { remoteRig } from '../../support/remote-rig.ts';
import { type PeerScript, startPeer } from '../../support/smtp-peer.ts';

type Asked = NonNullable<DeliveryJob['dsn']>;

/** The MAIL and RCPT commands of a message to these recipients, and what became of each. */
async function sent(t: TestContext, recipients: readonly (readonly [string, Asked?])[], script: PeerScript) {
  const peer = await startPeer(t, script);
  const rig = remoteRig(t, { port: peer.port, control: { remoterecipients: '9\n' } });
  const outcomes = await Promise.all(
    recipients.map(([recipient, dsn]) => rig.deliver(recipient, { sender: 'joe@here', dsn })),
  );
  return {
    commands: peer.sessions.flatMap(({ commands }) => commands.filter(line => /^(MAIL|RCPT)/.test(line))),
    outcomes: outcomes.map(outcome => (outcome.kind === 'done' ? (outcome.handedOn ?? 'done') : outcome.kind)),
  };
}

const asked: readonly (readonly [string, Asked])[] = [
  ['a@x', { ret: 'HDRS', envid: 'Q+2B1', notify: 'SUCCESS,FAILURE', orcpt: 'rfc822;A@old.x' }],
  ['b@x', { ret: 'HDRS', envid: 'Q+2B1' }],
  ['c@x', { ret: 'HDRS', envid: 'Q+2B1', notify: 'NEVER' }],
];
const offersDsn = '250-peer\r\n250-PIPELINING\r\n250 DSN';

test('remote dsn: the server offers DSN → it gets all parameters, and tells of the success', async t => {
  const { commands, outcomes } = await sent(t, asked, { ehlo: offersDsn });
  assert.deepEqual(commands, [
    'MAIL FROM:<joe@here> RET=HDRS ENVID=Q+2B1',
    'RCPT TO:<a@x> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;A@old.x',
    'RCPT TO:<b@x>',
    'RCPT TO:<c@x> NOTIFY=NEVER',
  ]);
  assert.deepEqual(outcomes, ['next', 'next', 'next']);
});

test('remote dsn: the server does not offer it → no parameters, and it does not know', async t => {
  const { commands, outcomes } = await sent(t, asked, { ehlo: '250-peer\r\n250 PIPELINING' });
  assert.deepEqual(commands, ['MAIL FROM:<joe@here>', 'RCPT TO:<a@x>', 'RCPT TO:<b@x>', 'RCPT TO:<c@x>']);
  assert.deepEqual(outcomes, ['done', 'done', 'done']);
});

test('remote dsn: the sender has said nothing → no parameters', async t => {
  const { commands } = await sent(t, [['a@x'], ['b@x']], { ehlo: offersDsn });
  assert.deepEqual(commands, ['MAIL FROM:<joe@here>', 'RCPT TO:<a@x>', 'RCPT TO:<b@x>']);
});

test('remote dsn: the server takes only some recipients at once → each keeps its own parameters', async t => {
  const { commands } = await sent(t, asked, {
    ehlo: offersDsn,
    rcpt: ['250 ok', '452 enough', '452 enough', '250 ok'],
  });
  assert.deepEqual(commands.slice(4), [
    'MAIL FROM:<joe@here> RET=HDRS ENVID=Q+2B1',
    'RCPT TO:<b@x>',
    'RCPT TO:<c@x> NOTIFY=NEVER',
  ]);
});
