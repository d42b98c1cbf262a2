// Flow 5 of qmail's pictures: a message for another host goes to the mail exchanger that DNS names.
// (pictures.md 5, 8; remote.md 2)
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { startDns } from '../support/dns-server.ts';
import { testInOwnNetwork } from '../support/own-network.ts';
import { type PeerScript, startPeer } from '../support/smtp-peer.ts';
import { buildTown, createShape } from '../support/town.ts';

const own = process.getuid?.() ?? 0;
/** Mail exchangers are asked on port 25. */
const exchanger = '192.0.2.25';
const inOwnNetwork = testInOwnNetwork.bind(undefined, import.meta.filename);

inOwnNetwork('pictures: 5. local2rem → the mail exchanger that DNS names, word for word', async t => {
  const { town, peer } = await townWithExchanger(t, {});
  await town.inject('To: bill@irs.gov\n\nHi.\n.dot\n');
  const shape = createShape({ [own]: 'U' });
  assert.deepEqual((await town.logUntil(/^end msg/)).map(shape), [
    'new msg N1',
    'info msg N1: bytes B from <joe@heaven.af.mil> qp P1 uid U',
    'starting delivery D1: msg N1 to remote bill@irs.gov',
    'status: local 0/3 remote 1/20',
    `delivery D1: success: ${exchanger}_accepted_message./Remote_host_said:_250_ok_queued/`,
    'status: local 0/3 remote 0/20',
    'end msg N1',
  ]);
  const [session] = peer.sessions;
  assert.deepEqual(session?.commands.slice(1), ['MAIL FROM:<joe@heaven.af.mil>', 'RCPT TO:<bill@irs.gov>', 'DATA']);
  assert.match(
    session?.wire ?? '',
    /^Received: \(qmail \d+ invoked by uid \d+\); [^\r\n]*\r\nDate: [^\r\n]*\r\nMessage-ID: [^\r\n]*\r\nFrom: joe@heaven\.af\.mil\r\nTo: bill@irs\.gov\r\n\r\nHi\.\r\n\.\.dot\r\n\.\r\n$/,
  );
  assert.deepEqual(town.queueFiles(), []);
});

inOwnNetwork('pictures: 5. the exchanger refuses, later accepts → a bounce, a deferral', async t => {
  const { town } = await townWithExchanger(t, { rcpt: ['550 no such user', '451 try later', '250 ok'] });
  const shape = createShape({ [own]: 'U' });
  await town.inject('To: bill@irs.gov\n\nHi.\n');
  const refused = (await town.logUntil(/^bounce msg/)).map(shape);
  assert.ok(
    refused.includes(
      `delivery D1: failure: ${exchanger}_does_not_like_recipient./Remote_host_said:_550_no_such_user/Giving_up_on_${exchanger}./`,
    ),
    refused.join('\n'),
  );
  await town.logUntil(/^delivery \d+: success: did_1\+0\+0/);
  assert.match(
    town.read('joe', 'Mailbox'),
    /\n<bill@irs\.gov>:\n192\.0\.2\.25 does not like recipient\.\nRemote host said: 550 no such user\nGiving up on 192\.0\.2\.25\.\n\n/,
  );

  await town.inject('To: bill@irs.gov\n\nHi.\n');
  const later = await town.logUntil(/^delivery \d+: deferral/);
  assert.match(
    later.at(-1) ?? '',
    /deferral: 192\.0\.2\.25_does_not_like_recipient\.\/Remote_host_said:_451_try_later\/Giving_up_on_192\.0\.2\.25\.\/$/,
  );
  process.kill(town.host.ready.pid, 'SIGALRM');
  await town.logUntil(/^delivery \d+: success: 192\.0\.2\.25_accepted_message/);
  await town.logUntil(/^end msg/);
});

async function townWithExchanger(t: TestContext, script: PeerScript) {
  const peer = await startPeer(t, script, exchanger, 25);
  const resolver = await startDns(t, { 'irs.gov': { mx: [[10, 'mx.irs.gov']] }, 'mx.irs.gov': { a: [exchanger] } });
  return { peer, town: await buildTown(t, { resolvers: resolver }) };
}
