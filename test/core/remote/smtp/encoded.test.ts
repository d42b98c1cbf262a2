// Servers that cannot take a message as it is: without 8BITMIME or SMTPUTF8, or with a limit on its size.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../../../core/paper-path/outcome.ts';
import { remoteRig } from '../../../support/remote-rig.ts';
import { startPeer } from '../../../support/smtp-peer.ts';

const offers = (...words: string[]) =>
  ['250-peer.example', ...words.map(word => `250-${word}`), '250 HELP'].join('\r\n');
const statusOf = (outcome: Outcome) => ('status' in outcome ? outcome.status : outcome.kind);

const latin = 'Subject: t\nContent-Type: text/plain; charset=latin1\n\nsch\xf6n, dass es noch geht\n';

test('8BITMIME: offered → as it is', async t => {
  const peer = await startPeer(t, { ehlo: offers('8BITMIME') });
  await remoteRig(t, { port: peer.port }).deliver('a@x', { text: latin });
  assert.match(peer.sessions[0]?.commands[1] ?? '', / BODY=8BITMIME$/);
  assert.match(peer.sessions[0]?.wire ?? '', /\r\n\r\nsch\xf6n/);
});

test('8BITMIME: not offered → encoded, with its size, and dots are stuffed after that', async t => {
  const peer = await startPeer(t, { ehlo: offers('SIZE 10000') });
  const outcome = await remoteRig(t, { port: peer.port }).deliver('a@x', { text: `${latin}.\n` });
  assert.equal(outcome.kind, 'done');
  const { commands = [], wire = '' } = peer.sessions[0] ?? {};
  assert.equal(
    wire,
    'Subject: t\r\nContent-Type: text/plain; charset=latin1\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nsch=F6n, dass es noch geht\r\n..\r\n.\r\n',
  );
  assert.equal(commands[1], `MAIL FROM:<joe@here.example> SIZE=${wire.length - 4}`);
});

test('8BITMIME: not offered, a large message → encoded piece by piece', async t => {
  const peer = await startPeer(t);
  const text = `${latin}${'and so on, \xe4\n'.repeat(30_000)}`;
  const outcome = await remoteRig(t, { port: peer.port }).deliver('a@x', { text });
  assert.equal(outcome.kind, 'done');
  assert.ok(peer.sessions[0]?.wire?.endsWith('\r\nand so on, =E4\r\n.\r\n'));
});

const refused: [what: string, text: string, status: string, words: RegExp][] = [
  ['signed', `DKIM-Signature: v=1\n${latin}`, '5.6.3', /this message is signed/],
  [
    '8-bit letters in the header',
    `From: J\xc3\xb6rg <j@x>\n${latin}`,
    '5.6.7',
    /header of this message has other letters/,
  ],
  ['parts that cannot be told', `Subject: t\nContent-Type: multipart/mixed\n\n\xe4\n`, '5.6.3', /cannot be encoded/],
];

for (const [what, text, status, words] of refused) {
  test(`8BITMIME: not offered, ${what} → ${status}, and nothing is sent`, async t => {
    const peer = await startPeer(t);
    const outcome = await remoteRig(t, { port: peer.port }).deliver('a@x', { text });
    assert.equal(statusOf(outcome), status);
    assert.match(outcome.text, words);
    assert.ok(!peer.sessions[0]?.commands.some(command => command.startsWith('MAIL')));
  });
}

test('long lines: text → quoted-printable, also where 8-bit letters may stay', async t => {
  const peer = await startPeer(t, { ehlo: offers('8BITMIME') });
  await remoteRig(t, { port: peer.port }).deliver('a@x', { text: `Subject: t\n\n${'x'.repeat(2000)}\n` });
  assert.match(peer.sessions[0]?.wire ?? '', /\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nx{75}=\r\n/);
});

test('long lines: signed → as it is', async t => {
  const peer = await startPeer(t, { ehlo: offers('8BITMIME') });
  const text = `DKIM-Signature: v=1\nSubject: t\n\n${'x'.repeat(2000)}\n`;
  await remoteRig(t, { port: peer.port }).deliver('a@x', { text });
  assert.equal(peer.sessions[0]?.wire, `${text.replaceAll('\n', '\r\n')}.\r\n`);
});

const foreign = 'To: d\xc3\xb6mi@x\n\nhello\n';

test('SMTPUTF8: an address in the header, offered → the parameter is given', async t => {
  const peer = await startPeer(t, { ehlo: offers('8BITMIME', 'SMTPUTF8') });
  await remoteRig(t, { port: peer.port }).deliver('a@x', { text: foreign });
  assert.equal(peer.sessions[0]?.commands[1], 'MAIL FROM:<joe@here.example> BODY=8BITMIME SMTPUTF8');
});

test('SMTPUTF8: an address in the header, not offered → 5.6.7', async t => {
  const peer = await startPeer(t, { ehlo: offers('8BITMIME') });
  const outcome = await remoteRig(t, { port: peer.port }).deliver('a@x', { text: foreign });
  assert.equal(statusOf(outcome), '5.6.7');
  assert.match(outcome.text, /no SMTPUTF8/);
});

test('SMTPUTF8: letters in a subject, not offered → as it is', async t => {
  const peer = await startPeer(t, { ehlo: offers('8BITMIME') });
  const outcome = await remoteRig(t, { port: peer.port }).deliver('a@x', { text: 'Subject: \xc3\xa4\n\nhello\n' });
  assert.equal(outcome.kind, 'done');
});
