// CHUNKING (RFC 3030): a small message goes with its envelope, in one round trip.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { remoteRig } from '../../../support/remote-rig.ts';
import { type PeerScript, type PeerSession, startPeer } from '../../../support/smtp-peer.ts';

const ehlo = '250-peer.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING';

async function desk(t: TestContext, script: PeerScript = {}) {
  const peer = await startPeer(t, { ehlo, ...script });
  return { peer, rig: remoteRig(t, { port: peer.port }) };
}

const verbs = (session: PeerSession | undefined) => session?.commands.map(command => command.split(/[ :]/)[0]);

test('CHUNKING: a small message → one round trip after EHLO, its bytes without further dots', async t => {
  const { peer, rig } = await desk(t);
  const outcome = await rig.deliver('a@x', { text: 'Subject: t\n\n.\nhi \xe4\n' });
  assert.equal(outcome.kind, 'done');
  const [session] = peer.sessions;
  assert.deepEqual(session?.commands.slice(0, 4), [
    'EHLO here.example',
    'MAIL FROM:<joe@here.example> BODY=8BITMIME',
    'RCPT TO:<a@x>',
    'BDAT 23 LAST',
  ]);
  assert.equal(session?.wire, 'Subject: t\r\n\r\n.\r\nhi \xe4\r\n');
  assert.equal(session?.batches.length, 2);
});

test('PIPELINING without CHUNKING → two round trips; neither → four', async t => {
  for (const [words, turns] of [
    ['250-peer.example\r\n250 PIPELINING', 3],
    ['250-peer.example\r\n250 CHUNKING', 5],
  ] as const) {
    const { peer, rig } = await desk(t, { ehlo: words });
    await rig.deliver('a@x');
    assert.equal(peer.sessions[0]?.batches.length, turns);
    assert.deepEqual(verbs(peer.sessions[0])?.slice(0, 4), ['EHLO', 'MAIL', 'RCPT', 'DATA']);
  }
});

test('CHUNKING: a message that is not small → DATA', async t => {
  const { peer, rig } = await desk(t);
  await rig.deliver('a@x', { text: `Subject: t\n\n${'hello\n'.repeat(4000)}` });
  assert.deepEqual(verbs(peer.sessions[0])?.slice(0, 4), ['EHLO', 'MAIL', 'RCPT', 'DATA']);
});

test('CHUNKING: the recipient is refused → so is the chunk, and the reason is that of the recipient', async t => {
  const { peer, rig } = await desk(t, { rcpt: '550 no such user' });
  const outcome = await rig.deliver('a@x');
  assert.equal(outcome.kind, 'never');
  assert.match(outcome.text, /550 no such user/);
  assert.deepEqual(peer.sessions[0]?.messages, []);
});

test('CHUNKING: the sender is refused → as without it', async t => {
  const { rig } = await desk(t, { mail: '451 later', rcpt: '503 no sender' });
  const outcome = await rig.deliver('a@x');
  assert.equal(outcome.kind, 'later');
  assert.match(outcome.text, /sender was rejected.\nRemote host said: 451 later/);
});

test('CHUNKING: the chunk is refused, 554 or 452 → the outcome is that of the message', async t => {
  for (const [bdat, kind] of [
    ['554 spam', 'never'],
    ['452 full', 'later'],
  ] as const) {
    const { peer, rig } = await desk(t, { bdat });
    const outcome = await rig.deliver('a@x');
    assert.equal(outcome.kind, kind);
    assert.equal(peer.sessions.length, 1);
  }
});

test('CHUNKING: a server that does not know BDAT after all → DATA on a new connection, from now on at once', async t => {
  const { peer, rig } = await desk(t, { bdat: 'not known' });
  assert.equal((await rig.deliver('a@x')).kind, 'done');
  assert.deepEqual(verbs(peer.sessions[1])?.slice(0, 4), ['EHLO', 'MAIL', 'RCPT', 'DATA']);
  assert.equal((await rig.deliver('b@x')).kind, 'done');
  assert.equal(peer.sessions.length, 2);
  const accepted = peer.sessions.flatMap(({ messages }) => messages.flatMap(({ recipients }) => recipients));
  assert.deepEqual(accepted, ['a@x', 'b@x']);
});

test('CHUNKING: the connection ends before the reply to the chunk → it may be there, and is tried again later', async t => {
  const { peer, rig } = await desk(t, { bdat: 'drop' });
  const outcome = await rig.deliver('a@x');
  assert.equal(outcome.kind, 'later');
  assert.match(outcome.text, /Possible duplicate!/);
  assert.equal(peer.sessions.length, 1);
});

test('CHUNKING: a connection that was kept has ended meanwhile → the message goes over a new one, once', async t => {
  const { peer, rig } = await desk(t, { mail: ['250 ok', 'drop', '250 ok'] });
  await rig.deliver('a@x');
  assert.equal((await rig.deliver('b@x')).kind, 'done');
  const accepted = peer.sessions.flatMap(({ messages }) => messages.flatMap(({ recipients }) => recipients));
  assert.deepEqual(accepted, ['a@x', 'b@x']);
});
