// Delivery by SMTP to a scripted server: what is sent for each of its extensions, and the outcome of each of its replies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../../core/paper-path/outcome.ts';
import { type RemoteRig, remoteRig } from '../../support/remote-rig.ts';
import { type PeerScript, startPeer } from '../../support/smtp-peer.ts';
import { until } from '../../support/until.ts';

const said = (text: string): string => `Remote host said: ${text}\n`;
const never = (status: string, text: string): Outcome => ({ kind: 'never', status, text });
const later = (status: string, text: string): Outcome => ({ kind: 'later', status, text });

const dialogues: [what: string, script: PeerScript, expected: Outcome][] = [
  [
    'accepted',
    { dot: '250 ok queued' },
    { kind: 'done', text: `127.0.0.1 accepted message.\n${said('250 ok queued')}` },
  ],
  [
    // remote.md 1 and 2
    'recipient refused for good',
    { rcpt: '550 no such user' },
    never('5.0.0', `127.0.0.1 does not like recipient.\n${said('550 no such user')}Giving up on 127.0.0.1.\n`),
  ],
  [
    // remote.md 8
    'recipient refused for now',
    { rcpt: '450 later' },
    later('4.3.0', `127.0.0.1 does not like recipient.\n${said('450 later')}Giving up on 127.0.0.1.\n`),
  ],
  [
    'recipient refused with an enhanced code',
    { rcpt: '550 5.1.1 who?' },
    never('5.1.1', `127.0.0.1 does not like recipient.\n${said('550 5.1.1 who?')}Giving up on 127.0.0.1.\n`),
  ],
  [
    // remote.md 7
    'message refused',
    { dot: '554 no' },
    never('5.0.0', `127.0.0.1 failed after I sent the message.\n${said('554 no')}`),
  ],
  [
    'message refused for now, several lines',
    { dot: '451-first\r\n451 second (#4.7.1)' },
    later('4.7.1', '127.0.0.1 failed after I sent the message.\nRemote host said: 451-first\n451 second (#4.7.1)\n'),
  ],
  [
    'greeting 554: still temporary',
    { greeting: '554 go away' },
    later('4.3.0', `Connected to 127.0.0.1 but greeting failed.\n${said('554 go away')}`),
  ],
  [
    'EHLO and HELO refused',
    { ehlo: '502 what?', helo: '550 bad name' },
    later('4.3.0', `Connected to 127.0.0.1 but my name was rejected.\n${said('550 bad name')}`),
  ],
  [
    'sender refused for good',
    { mail: '553 never' },
    never('5.0.0', `Connected to 127.0.0.1 but sender was rejected.\n${said('553 never')}`),
  ],
  [
    'sender refused for now',
    { mail: '421 busy' },
    later('4.3.0', `Connected to 127.0.0.1 but sender was rejected.\n${said('421 busy')}`),
  ],
  ['DATA refused', { data: '554 no' }, never('5.0.0', `127.0.0.1 failed on DATA command.\n${said('554 no')}`)],
  ['DATA put off', { data: '450 no' }, later('4.3.0', `127.0.0.1 failed on DATA command.\n${said('450 no')}`)],
  [
    'DATA answered as if it were over: out of step',
    { data: '250 ok' },
    later('4.3.0', `127.0.0.1 failed on DATA command.\n${said('250 ok')}`),
  ],
  [
    'the reply after the dot is no SMTP: not lost, not bounced',
    { dot: 'yes thanks' },
    later('4.3.0', `127.0.0.1 failed after I sent the message.\n${said('yes thanks')}`),
  ],
  [
    'the lines of a reply disagree',
    { dot: '250-ok\r\n550 no' },
    later('4.3.0', '127.0.0.1 failed after I sent the message.\nRemote host said: 250-ok\n550 no\n'),
  ],
  ['dies at once', { greeting: 'drop' }, later('4.4.2', 'Connected to 127.0.0.1 but connection died. (#4.4.2)\n')],
  ['dies at RCPT', { rcpt: 'drop' }, later('4.4.2', 'Connected to 127.0.0.1 but connection died. (#4.4.2)\n')],
  [
    'dies after the dot',
    { dot: 'drop' },
    later('4.4.2', 'Connected to 127.0.0.1 but connection died. Possible duplicate! (#4.4.2)\n'),
  ],
  [
    'control characters in a reply',
    { dot: '550 a\0b\rc' },
    never('5.0.0', `127.0.0.1 failed after I sent the message.\n${said('550 a?bc')}`),
  ],
];

/** What the report quotes of the server, as fields; undefined: it quotes nothing. */
function answerIn(text: string): Outcome['answer'] {
  const quoted = /Remote host said: ((?:.*\n)*?)(?:Giving up|$(?!\n))/.exec(text)?.[1]?.trimEnd().split('\n');
  if (!quoted) return undefined;
  const codes = new Set(quoted.map(line => /^[2-5]\d\d/.exec(line)?.[0]));
  const [code] = codes;
  const words = quoted.map(line => line.slice(4)).join('\n');
  return { code: codes.size === 1 && code ? Number(code) : undefined, words, host: '127.0.0.1', ip: '127.0.0.1' };
}

for (const pipelining of [false, true]) {
  for (const [what, script, expected] of dialogues) {
    if (pipelining && script.ehlo) continue;
    test(`remote: ${what}${pipelining ? ', pipelined' : ''} → ${expected.kind}`, async t => {
      const ehlo = pipelining ? '250-peer\r\n250 PIPELINING' : undefined;
      const { port } = await startPeer(t, { ...(ehlo && { ehlo }), ...script });
      const { answer, ...outcome } = await remoteRig(t, { port }).deliver('bob@there.example');
      assert.deepEqual(outcome, expected);
      assert.deepEqual(answer, answerIn(outcome.text));
    });
  }
}

test('remote: a reply of megabytes → at most 5000 bytes are reported', async t => {
  const dot = `${`550-${'x'.repeat(76)}\r\n`.repeat(20_000)}550 end`;
  const { port } = await startPeer(t, { dot });
  const outcome = await remoteRig(t, { port }).deliver('bob@there.example');
  assert.equal(outcome.kind, 'never');
  assert.equal(outcome.text.length, '127.0.0.1 failed after I sent the message.\nRemote host said: '.length + 5000);
});

test('remote: a line without end → the connection is closed', async t => {
  const { port } = await startPeer(t, { mail: `250 ${'x'.repeat(200_000)}` });
  const outcome = await remoteRig(t, { port }).deliver('bob@there.example');
  assert.deepEqual(outcome, later('4.4.2', 'Connected to 127.0.0.1 but connection died. (#4.4.2)\n'));
});

test('remote: no extensions → HELO’s dialogue, one command at a time, QUIT at the end', async t => {
  const peer = await startPeer(t, { ehlo: '500 what?' });
  const rig = remoteRig(t, { port: peer.port, control: { helohost: 'my.name\n' } });
  assert.equal((await rig.deliver('bob@there.example', { text: 'a: b\n' })).kind, 'done');
  assert.deepEqual(peer.sessions[0]?.commands.slice(0, 5), [
    'EHLO my.name',
    'HELO my.name',
    'MAIL FROM:<joe@here.example>',
    'RCPT TO:<bob@there.example>',
    'DATA',
  ]);
  assert.deepEqual(new Set(peer.sessions[0]?.batches), new Set([1, 0]));
});

test('remote: PIPELINING → MAIL, RCPT and DATA in one packet', async t => {
  const peer = await startPeer(t, { ehlo: '250-peer\r\n250-size\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 Pipelining' });
  const rig = remoteRig(t, { port: peer.port });
  assert.equal((await rig.deliver('gr\xc3\xbcn@there.example', { text: 'a: \xff\n.\n' })).kind, 'done');
  assert.deepEqual(peer.sessions[0]?.commands.slice(1, 4), [
    'MAIL FROM:<joe@here.example> SIZE=9 BODY=8BITMIME SMTPUTF8',
    'RCPT TO:<"gr\xc3\xbcn"@there.example>',
    'DATA',
  ]);
  assert.deepEqual(peer.sessions[0]?.batches.slice(0, 2), [1, 3]);
});

test('remote: pipelined, no recipient taken but 354 → a single dot, then QUIT (RFC 2920)', async t => {
  const peer = await startPeer(t, {
    ehlo: '250-peer\r\n250 PIPELINING',
    rcpt: '550 no',
    dot: '554 no valid recipients',
  });
  assert.equal((await remoteRig(t, { port: peer.port }).deliver('bob@there.example')).kind, 'never');
  await until('QUIT', () => peer.sessions[0]?.commands.at(-1) === 'QUIT');
  assert.equal(peer.sessions[0]?.wire, '.\r\n');
});

test('remote: pipelined, the sender is refused, yet recipients are taken and 354 → nothing ends that message', async t => {
  const peer = await startPeer(t, { ehlo: '250-peer\r\n250 PIPELINING', mail: '550 no' });
  assert.equal((await remoteRig(t, { port: peer.port }).deliver('bob@there.example')).kind, 'never');
  assert.equal(peer.sessions[0]?.wire, '');
});

test('remote: 552 at RCPT → later, the server has enough recipients for now (RFC 5321)', async t => {
  const { port } = await startPeer(t, { rcpt: '552 too many recipients' });
  const outcome = await remoteRig(t, { port }).deliver('bob@there.example');
  assert.deepEqual([outcome.kind, outcome.kind === 'later' && outcome.status], ['later', '4.3.0']);
});

test('remote: an answer that quotes a code of ours → the status is the answer’s own', async t => {
  const { port } = await startPeer(t, { rcpt: '550 5.1.1 see the mail of (#5.7.9)' });
  const outcome = await remoteRig(t, { port }).deliver('bob@there.example');
  assert.equal(outcome.kind === 'never' && outcome.status, '5.1.1');
});

test('remote: international addresses, a server without SMTPUTF8 → the domain in ASCII; a name is refused', async t => {
  const peer = await startPeer(t);
  const rig = remoteRig(t, { port: peer.port });
  assert.equal((await rig.deliver('bob@gr\xc3\xbcn.example', { sender: 'joe@gr\xc3\xbcn.example' })).kind, 'done');
  assert.deepEqual(peer.sessions[0]?.commands.slice(1, 3), [
    'MAIL FROM:<joe@xn--grn-ioa.example>',
    'RCPT TO:<bob@xn--grn-ioa.example>',
  ]);
  for (const [recipient, sender] of [
    ['gr\xc3\xbcn@x', 'joe@here.example'],
    ['bob@x', 'gr\xc3\xbcn@here.example'],
  ] as const) {
    const outcome = await rig.deliver(recipient, { sender });
    assert.deepEqual([outcome.kind, outcome.kind === 'never' && outcome.status], ['never', '5.6.7'], recipient);
  }
  assert.ok(peer.sessions.flatMap(({ commands }) => commands).every(command => !/[\x80-\xff]/.test(command)));
});

const limits: [limit: number, kind: Outcome['kind']][] = [
  [18, 'never'],
  [19, 'done'],
  [0, 'done'],
];

for (const [limit, kind] of limits) {
  test(`remote: 19 bytes on the wire, SIZE ${limit} → ${kind}`, async t => {
    const peer = await startPeer(t, { ehlo: `250-peer\r\n250 SIZE ${limit}` });
    const outcome = await remoteRig(t, { port: peer.port }).deliver('bob@there.example', {
      text: 'Subject: t\n\n.hi\n',
    });
    assert.equal(outcome.kind, kind);
    if (kind === 'never') assert.equal(outcome.kind === 'never' && outcome.status, '5.3.4');
  });
}

const addresses: [sender: string, recipient: string, mail: string, rcpt: string][] = [
  ['', 'bob@x', 'MAIL FROM:<>', 'RCPT TO:<bob@x>'],
  ['#@[]', 'bob@x', 'MAIL FROM:<#@[]>', 'RCPT TO:<bob@x>'],
  // remote.md 12
  ['a b@c.d', 'joe', 'MAIL FROM:<"a b"@c.d>', 'RCPT TO:<joe>'],
  ['a@b', 'x>y@z', 'MAIL FROM:<a@b>', 'RCPT TO:<"x>y"@z>'],
];

for (const [sender, recipient, mail, rcpt] of addresses) {
  test(`remote: ${JSON.stringify([sender, recipient])} → ${mail} ${rcpt}`, async t => {
    const peer = await startPeer(t);
    await remoteRig(t, { port: peer.port }).deliver(recipient, { sender });
    assert.deepEqual(peer.sessions[0]?.commands.slice(1, 3), [mail, rcpt]);
  });
}

const unsendable: [sender: string, recipient: string, text: string, status: string][] = [
  ['a@b', 'c\r\nRSET@d', 'x\n', '5.1.3'],
  ['a\nb@c', 'd@e', 'x\n', '5.1.3'],
  ['a@b> X=<', 'd@e', 'x\n', '5.1.3'],
  ['a@b', 'c@d> NOTIFY=NEVER', 'x\n', '5.1.2'],
  // remote.md 3
  ['a@b', 'c@d', 'no line end', '5.6.2'],
  ['a@b', 'c@d', 'x\n\0.\r\nMAIL FROM:<evil@x>\n', '5.6.2'],
];

for (const [sender, recipient, text, status] of unsendable) {
  test(`remote: ${JSON.stringify([sender, recipient, text])} → never ${status}, no server is asked`, async t => {
    const peer = await startPeer(t);
    const outcome = await remoteRig(t, { port: peer.port }).deliver(recipient, { sender, text });
    assert.equal(outcome.kind === 'never' && outcome.status, status);
    assert.deepEqual(peer.sessions, []);
  });
}

test('remote: remote.md 3 → qmail’s text for a partial last line', async t => {
  const outcome = await remoteRig(t, { port: 1 }).deliver('a@b', { text: 'x' });
  assert.equal(outcome.text, 'SMTP cannot transfer messages with partial final lines. (#5.6.2)\n');
});

test('remote: 3 MB with dots → byte for byte at the other end', async t => {
  const peer = await startPeer(t, { ehlo: '250-peer.example\r\n250 8BITMIME' });
  const text = '.\n..x\n\xff\0 line\n\n'.repeat(200_000);
  const outcome = await remoteRig(t, { port: peer.port }).deliver('a@b', { text });
  assert.equal(outcome.kind, 'done');
  const wire = peer.sessions[0]?.wire as string;
  assert.ok(wire.endsWith('\r\n.\r\n'));
  assert.ok(wire.slice(0, -3).replaceAll('\r\n', '\n').replaceAll('\n.', '\n').slice(1) === text);
});

test('remote: the server answers and hangs up in the middle → its answer counts, the rest is not sent', async t => {
  const peer = await startPeer(t, { interrupt: { afterBytes: 100_000, reply: '552 5.3.4 too big' } });
  const outcome = await remoteRig(t, { port: peer.port }).deliver('a@b', { text: 'x\n'.repeat(20_000_000) });
  assert.equal(outcome.text, `127.0.0.1 failed after I sent the message.\n${said('552 5.3.4 too big')}`);
  assert.equal(outcome.kind === 'never' && outcome.status, '5.3.4');
  assert.ok((peer.sessions[0]?.wire?.length ?? 0) < 20_000_000);
});

test('remote: the server falls silent → connection died after timeoutremote', async t => {
  const peer = await startPeer(t, { mail: '250-and then' });
  const rig: RemoteRig = remoteRig(t, { port: peer.port, control: { timeoutremote: '1\n' } });
  const outcome = await rig.deliver('a@b');
  assert.deepEqual(outcome, later('4.4.2', 'Connected to 127.0.0.1 but connection died. (#4.4.2)\n'));
});
