// Flows of qmail's pictures that leave the town (pictures.md 6, 8): to the one server of a null client, and for a client
// that may relay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDns } from '../support/dns-server.ts';
import { rawClient } from '../support/raw-client.ts';
import { startPeer } from '../support/smtp-peer.ts';
import { buildTown, createShape, type Town } from '../support/town.ts';
import { until } from '../support/until.ts';

const own = process.getuid?.() ?? 0;

test('pictures: 6. nullclient → all to one server, of which only the name is looked up; no server → a deferral', async t => {
  const peer = await startPeer(t);
  const resolver = await startDns(t, { 'bigbang.af.mil': { a: ['127.0.0.1'] }, 'irs.gov': 'SERVFAIL' });
  const town = await buildTown(t, {
    smtproutes: `gone.gov:127.0.0.1:1\n:bigbang.af.mil:${peer.port}`,
    resolvers: resolver,
  });
  await town.inject('To: bill@irs.gov\n\nHi.\n');
  const lines = (await town.logUntil(/^end msg/)).map(createShape({ [own]: 'U' }));
  assert.ok(
    lines.includes('delivery D1: success: 127.0.0.1_accepted_message./Remote_host_said:_250_ok_queued/'),
    lines.join('\n'),
  );
  assert.ok(peer.sessions[0]?.commands.includes('RCPT TO:<bill@irs.gov>'));

  await town.inject('To: bill@gone.gov\n\nHi.\n');
  const deferred = await town.logUntil(/deferral/);
  assert.match(
    deferred.at(-1) ?? '',
    /deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection\._\(#4\.4\.1\)\/$/,
  );
});

test('pictures: 8. relaygood → a client that may relay is accepted, with both trace lines', async t => {
  const peer = await startPeer(t);
  const town = await buildTown(t, { smtproutes: `:127.0.0.1:${peer.port}`, relayclients: '127.0.0.1' });
  const client = await rawClient(town.port);
  const said = [await client.line()];
  for (const line of [
    'HELO c',
    'MAIL FROM:<joe@heaven.af.mil>',
    'RCPT TO:<bill@irs.gov>',
    'DATA',
    'a: b\r\n\r\nx\r\n.',
  ]) {
    client.send(`${line}\r\n`);
    said.push(await client.line());
  }
  client.drop();
  assert.match(said.at(-1) ?? '', /^250 ok \d+ qp \d+$/);
  await town.logUntil(/^end msg/);
  assert.match(
    peer.sessions[0]?.wire ?? '',
    /^Received: \(qmail \d+ invoked from network\); [^\r\n]*\r\nReceived: from unknown \(HELO c\) \(127\.0\.0\.1\)\r\n {2}by \S+ with SMTP; [^\r\n]*\r\na: b\r\n\r\nx\r\n\.\r\n$/,
  );
});

test('pictures: a list with an owner → a sender for each member, failures to the owner (pictures.md vector 7)', async t => {
  const peer = await startPeer(t, { rcpt: ['550 no such user', '451 try later'] });
  const town = await buildTown(t, { smtproutes: `:127.0.0.1:${peer.port}`, concurrencyremote: '1' });
  town.write('alias', '.qmail-list', '&joe\n&nouser@remote.example\n&tempuser@remote.example\n');
  town.write('alias', '.qmail-list-owner', './Owner\n');
  town.write('alias', '.qmail-list-owner-default', './Owner-of\n');
  town.write('joe', '.qmail', '|echo "$SENDER" > member\n./Mailbox\n');
  await town.inject('To: list\n\nHi.\n');

  const lines = (await town.logUntil(/^delivery \d+: deferral/)).map(createShape());
  assert.ok(
    lines.some(line => line.startsWith('info msg N2: bytes B from <list-owner-@heaven.af.mil-@[]> qp P2 uid ')),
    lines.join('\n'),
  );
  assert.deepEqual(
    peer.sessions.flatMap(({ commands }) => commands.filter(command => command.startsWith('MAIL'))),
    [
      'MAIL FROM:<list-owner-nouser=remote.example@heaven.af.mil>',
      'MAIL FROM:<list-owner-tempuser=remote.example@heaven.af.mil>',
    ],
  );
  await until('the member', () => town.read('joe', 'member'));
  assert.equal(town.read('joe', 'member'), 'list-owner-joe=heaven.af.mil@heaven.af.mil\n');

  const { rows } = (await town.ask('queue.list', { offset: 0, limit: 10 })) as { rows: { id: number }[] };
  await town.ask('queue.bounce', { ids: rows.map(row => row.id) });
  await town.logUntil(/^bounce msg/);
  await town.logUntil(/^delivery \d+: success/);
  assert.match(
    town.read('alias', 'Owner-of'),
    /^From MAILER-DAEMON [\s\S]*\nTo: list-owner-@heaven\.af\.mil\n[\s\S]*\n<nouser@remote\.example>:\n127\.0\.0\.1 does not like recipient\.\nRemote host said: 550 no such user\n/,
  );
});

test('pictures: a host stopped while a message waits → birth and next attempt stay (queue.md vector 7)', async t => {
  const town = await buildTown(t, { smtproutes: ':127.0.0.1:1' });
  await town.inject('To: bill@irs.gov\n\nHi.\n');
  await town.logUntil(/^delivery \d+: deferral/);
  const before = await waitingTimes(town);
  // (√age + 20)² seconds after the birth; on a busy machine the first attempt ends at the age of some seconds.
  const root = Math.sqrt((before.nextTryMs - before.bornMs) / 1000);
  assert.ok(Number.isInteger(root) && root >= 20 && root < 25, `next attempt ${root}² s after the birth`);
  assert.equal(await town.restart(), 0);
  assert.deepEqual(await waitingTimes(town), before);
});

async function waitingTimes(town: Town): Promise<{ bornMs: number; nextTryMs: number }> {
  const { rows } = (await town.ask('queue.list', { offset: 0, limit: 10 })) as {
    rows: { bornMs: number; nextTryMs: number }[];
  };
  const [{ bornMs, nextTryMs } = assert.fail('nothing waits')] = rows;
  return { bornMs, nextTryMs };
}
