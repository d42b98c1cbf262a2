// How many recipients a message may have, equal ones, control bytes in addresses, and the memory of all clients together.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { netstring } from '../../../core/lib/net/netstring.ts';
import { connectionBytes, createMemory } from '../../../core/listen/client-memory.ts';
import { startPackages } from '../../support/package-rig.ts';
import { rawClient } from '../../support/raw-client.ts';
import { startSmtp } from '../../support/smtp-rig.ts';
import { until } from '../../support/until.ts';

/** A rule that makes the client of a test one from elsewhere. */
const stranger = '127.:allow,TCPREMOTEIP="192.0.2.1"\n';
const relayClient = '127.:allow,TCPREMOTEIP="192.0.2.1",RELAYCLIENT=""\n';
const many = Array.from({ length: 1001 }, (_, at) => `u${at}@heaven.af.mil`);

/** Sends a message to all of them. @returns the reply to each RCPT, and the envelope that was queued */
async function send(t: TestContext, recipients: readonly string[], control: Record<string, string>) {
  const rig = await startSmtp(t, { control });
  const client = await rawClient(rig.port);
  await client.line();
  client.send(`EHLO x\r\nMAIL FROM:<a@b>\r\n${recipients.map(to => `RCPT TO:<${to}>\r\n`).join('')}DATA\r\n`);
  for (let line = ''; line !== '250 8BITMIME'; ) line = await client.line();
  assert.equal(await client.line(), '250 ok');
  const replies: string[] = [];
  for (const _ of recipients) replies.push(await client.line());
  assert.match(await client.line(), /^354/);
  client.send('x\r\n.\r\n');
  assert.match(await client.line(), /^250/);
  return { replies, envelope: rig.taken[0]?.envelope.split('\0').slice(1, -2) ?? [] };
}

const tooMany = '452 too many recipients (#4.5.3)';

const numbers: [what: string, control: Record<string, string>, taken: number][] = [
  ['a stranger', { 'tcp.smtp': stranger }, 1000],
  ['this machine', {}, 1001],
  ['a relay client', { 'tcp.smtp': relayClient }, 1001],
  ['a stranger, maxrcpt 3', { 'tcp.smtp': stranger, maxrcpt: '3\n' }, 3],
  ['this machine, maxrcpt 3', { maxrcpt: '3\n' }, 3],
  ['a stranger, maxrcpt 0', { 'tcp.smtp': stranger, maxrcpt: '0\n' }, 1001],
];

for (const [what, control, taken] of numbers) {
  test(`smtp: 1,001 recipients from ${what} → ${taken} are taken, 452 to the others`, async t => {
    const { replies, envelope } = await send(t, many, control);
    assert.deepEqual(replies, [...Array(taken).fill('250 ok'), ...Array(1001 - taken).fill(tooMany)]);
    assert.deepEqual(
      envelope,
      many.slice(0, taken).map(to => `T${to}`),
    );
  });
}

const repeated = ['joe@heaven.af.mil', 'joe@Heaven.AF.mil', 'Joe@heaven.af.mil', 'joe@heaven.af.mil', 'joe', 'joe'];
const each = ['Tjoe@heaven.af.mil', 'TJoe@heaven.af.mil', 'Tjoe'];

test('smtp: the same recipient again and again → 250 each time, kept once; the local part counts as it is written', async t => {
  const { replies, envelope } = await send(t, repeated, {});
  assert.deepEqual(replies, Array(6).fill('250 ok'));
  assert.deepEqual(envelope, each);
});

test('smtp: a stranger repeats one recipient → each counts, so that there is an end', async t => {
  const { replies } = await send(t, Array(1001).fill('joe@heaven.af.mil'), { 'tcp.smtp': stranger });
  assert.deepEqual([replies[999], replies[1000]], ['250 ok', tooMany]);
});

for (const byte of ['\x01', '\t', '\r', '\x1b', '\x7f']) {
  const shown = JSON.stringify(byte);
  test(`smtp: ${shown} in an envelope address → refused`, async t => {
    const rig = await startSmtp(t);
    const client = await rawClient(rig.port);
    await client.line();
    client.send(`MAIL FROM:<a${byte}@b>\r\nMAIL FROM:<a@b>\r\nRCPT TO:<"j\\${byte}oe"@heaven.af.mil>\r\n`);
    assert.match(await client.line(), /^555 /);
    assert.match(await client.line(), /^250 /);
    assert.match(await client.line(), /^555 /);
  });

  test(`qmtp: ${shown} in an envelope address → refused permanently, the others get the message`, async t => {
    const rig = await startPackages(t, 'qmtp');
    const to = [`j${byte}oe@heaven.af.mil`, 'ann@heaven.af.mil'];
    assert.match(await rig.exchange(qmtp('a@b', to)), /^\d+:D.*\(#5\.1\.3\),\d+:Kok/);
    assert.match(await rig.exchange(qmtp(`a${byte}@b`, ['ann@heaven.af.mil'])), /^\d+:D.*\(#5\.1\.7\),$/);
    assert.deepEqual(
      rig.taken.map(({ envelope }) => envelope),
      ['Fa@b\0Tann@heaven.af.mil\0\0'],
    );
  });

  test(`qmqp: ${shown} in an envelope address → the message is refused permanently`, async t => {
    const rig = await startPackages(t, 'qmqp', { rules: '127.:allow\n' });
    for (const envelope of [
      ['a@b', `j${byte}oe@x`],
      [`a${byte}@b`, 'joe@x'],
    ]) {
      assert.match(await rig.exchange(qmqp(envelope)), /^\d+:D.*\(#5\.1\.3\),$/);
    }
    assert.deepEqual(rig.taken, []);
  });
}

function qmtp(sender: string, recipients: readonly string[]): string {
  const list = netstring(Buffer.concat(recipients.map(netstring)));
  return Buffer.concat([netstring('\nHi\n'), netstring(sender), list]).toString('latin1');
}

function qmqp(envelope: readonly string[]): string {
  return netstring(Buffer.concat(['Hi\n', ...envelope].map(netstring))).toString('latin1');
}

/** What came back for each recipient: its first byte. */
function answers(reply: string): string {
  let letters = '';
  for (let at = 0; at < reply.length; ) {
    const colon = reply.indexOf(':', at);
    letters += reply[colon + 1];
    at = colon + 2 + Number(reply.slice(at, colon));
  }
  return letters;
}

test('qmtp: 1,001 recipients from a stranger → Z for what is too many, K for the others; this machine has no limit', async t => {
  const rig = await startPackages(t, 'qmtp', { rules: stranger });
  assert.equal(answers(await rig.exchange(qmtp('a@b', many))), `${'K'.repeat(1000)}Z`);
  const own = await startPackages(t, 'qmtp');
  assert.equal(answers(await own.exchange(qmtp('a@b', many))), 'K'.repeat(1001));
});

test('qmtp: equal recipients, and one that is not taken → an answer to each, kept once', async t => {
  const rig = await startPackages(t, 'qmtp');
  assert.equal(answers(await rig.exchange(qmtp('a@b', [...repeated, 'x@elsewhere.org']))), 'KKKKKKD');
  assert.deepEqual(rig.taken[0]?.envelope.split('\0').slice(1, -2), each);
});

test('qmqp: equal recipients → kept once; control/maxrcpt does not count', async t => {
  const rig = await startPackages(t, 'qmqp', { rules: '127.:allow\n', control: { maxrcpt: '1\n' } });
  assert.equal(answers(await rig.exchange(qmqp(['a@b', ...repeated]))), 'K');
  assert.deepEqual(rig.taken[0]?.envelope.split('\0').slice(1, -2), each);
});

/** Room for that many connections of one kind, and this much besides. */
const room = (connections: number, bytes: number) => createMemory(((connections * connectionBytes + bytes) * 8) / 6);

test('smtp: the memory of all clients is used up → 452 to the recipient, and room again when a client leaves', async t => {
  const rig = await startSmtp(t, { deps: { memory: room(2, 1000) } });
  const [one, two] = [await rawClient(rig.port), await rawClient(rig.port)];
  for (const client of [one, two]) {
    await client.line();
    client.send('MAIL FROM:<a@b>\r\n');
    await client.line();
  }
  const rcpt = (name: string) => `RCPT TO:<${name.repeat(400)}@heaven.af.mil>\r\n`;
  one.send(rcpt('a') + rcpt('b'));
  assert.deepEqual([await one.line(), (await one.line()).slice(0, 3)], ['250 ok', '452']);
  two.send(rcpt('a'));
  assert.equal(await two.line(), '452 too much mail is coming in at once, try again later (#4.3.1)');
  one.drop();
  await until('the end', () => rig.log.includes('smtpd: end 1 status 256'));
  two.send(rcpt('a'));
  assert.equal(await two.line(), '250 ok');
});

test('smtp: recipients of a message that the queue has taken → their memory is free again', async t => {
  const rig = await startSmtp(t, { deps: { memory: room(1, 700) } });
  const client = await rawClient(rig.port);
  await client.line();
  for (const _ of '123') {
    client.send(`MAIL FROM:<a@b>\r\nRCPT TO:<${'a'.repeat(400)}@heaven.af.mil>\r\nDATA\r\n`);
    for (const code of ['250', '250', '354']) assert.equal((await client.line()).slice(0, 3), code);
    client.send('x\r\n.\r\n');
    assert.match(await client.line(), /^250 /);
  }
});

test('smtp: no memory for another connection → 421', async t => {
  const rig = await startSmtp(t, { deps: { memory: room(1, 0) } });
  await (await rawClient(rig.port)).line();
  const reply = '421 too much mail is coming in at once, try again later (#4.3.1)\r\n';
  assert.equal(await (await rawClient(rig.port)).rest(), reply);
});

test('qmtp, qmqp: no memory for the recipients → Z for the whole message, nothing is queued', async t => {
  const deps = () => ({ memory: room(1, 2000) });
  const mtp = await startPackages(t, 'qmtp', { deps: deps() });
  assert.equal(answers(await mtp.exchange(qmtp('a@b', many.slice(0, 5)))), 'KKKKK');
  assert.equal(answers(await mtp.exchange(qmtp('a@b', Array(500).fill('joe@heaven.af.mil')))), 'Z'.repeat(500));
  assert.equal(answers(await mtp.exchange(qmtp('a@b', many.slice(0, 5)))), 'KKKKK');
  const mqp = await startPackages(t, 'qmqp', { rules: '127.:allow\n', deps: deps() });
  assert.equal(answers(await mqp.exchange(qmqp(['a@b', ...many]))), 'Z');
  assert.equal(answers(await mqp.exchange(qmqp(['a@b', ...many.slice(0, 5)]))), 'K');
  assert.deepEqual([mtp.taken.length, mqp.taken.length], [2, 1]);
});

test('qmqp: no memory for a message → kept in a file, and queued whole', async t => {
  const rig = await startPackages(t, 'qmqp', { rules: '127.:allow\n', deps: { memory: room(1, 1000) } });
  const message = 'x'.repeat(200_000);
  const sent = netstring(Buffer.concat([message, 'a@b', 'c@d'].map(netstring))).toString('latin1');
  assert.equal(answers(await rig.exchange(sent)), 'K');
  assert.ok(rig.taken[0]?.text.endsWith(message));
});
