// Providers that are broken or hostile, by POP3 and IMAP: the run ends in words, soon and with little memory, and nothing is lost.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { accountFor, labels, overTls, type Protocol, peerOf, protocols, texts } from '../../support/both-protocols.ts';
import { type Issued, issue } from '../../support/certificates.ts';
import { type FetchRig, startFetchRig, subjects } from '../../support/fetch-rig.ts';
import { type ImapQuirk, imapPeer } from '../../support/imap-peer.ts';
import { pop3Peer } from '../../support/pop3-peer.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

for (const protocol of protocols) {
  test(`${protocol}: the connection breaks at each command in turn → the run says so, and the next one fetches what is left`, async t => {
    let total = 3;
    for (let breaksAt = 0; breaksAt < total; breaksAt++) {
      let asked = 0;
      const peer = peerOf(protocol, () => (asked++ === breaksAt ? 'close' : undefined));
      const rig = await startFetchRig(t, accountFor(protocol, 'keep no\n'), peer.serve);
      const { error } = await rig.fetch();
      // At the goodbye of IMAP everything is done.
      if (peer.asked.at(-1) !== 'LOGOUT') assert.match(error?.text ?? 'no error', /127\.0\.0\.1/, peer.asked.at(-1));
      assert.equal((await rig.fetch()).error, null, peer.asked.join(', '));
      assert.deepEqual([subjects(rig), peer.messages], [labels, []], `broken at command ${breaksAt}`);
      total = asked - breaksAt;
    }
    assert.ok(total > 5);
  });

  test(`${protocol}: garbage in place of a greeting → said, and tried later`, async t => {
    const rig = await startFetchRig(t, accountFor(protocol), stream => {
      stream.write(Buffer.from('\x16\x03\x01\0\n\xff\xfe garbage \x1b[31m\r\n', 'latin1'));
    });
    const { error } = await rig.fetch();
    assert.match(error?.text ?? '', protocol === 'pop3' ? /does not speak POP3/ : /does not speak IMAP/);
    assert.match(error?.text ?? '', /^[ -~]*$/);
    assert.equal(error?.kind, 'unable');
  });

  test(`${protocol}: a server that answers after minutes → given up, and again later`, async t => {
    const rig = await startFetchRig(t, accountFor(protocol), () => {});
    const ended = rig.fetch();
    await until('it is asked', () => rig.dials === 1);
    await passUntil(rig, ended);
    assert.match(rig.status().error?.text ?? '', /127\.0\.0\.1 is too slow, or does not answer/);
  });
}

/** Lets minutes pass until the run has ended. */
async function passUntil(rig: FetchRig, ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (let minute = 0; minute < 30 && !isOver; minute++) {
    rig.clock.pass(60_000);
    await new Promise(resolve => setImmediate(resolve));
  }
  await ended;
}

const when = (start: string, answer: string) => (command: string) => (command.startsWith(start) ? answer : undefined);
const folders = '* LIST () "/" "a folder of very many, which nobody asked for"\r\n'.repeat(100_000);
const tooMuch = /^127\.0\.0\.1 answers with more than was asked for$/;

const floods: readonly (readonly [what: string, quirk: ImapQuirk])[] = [
  ['lists a hundred thousand folders', when('LIST', folders)],
  ['lists them when a folder is opened', when('EXAMINE', folders)],
  ['announces messages again and again', when('EXAMINE', '* 10000000 EXISTS\r\n'.repeat(300_000))],
  ['sends flags without end', when('UID FETCH', '* 1 FETCH (FLAGS (\\Seen))\r\n'.repeat(300_000))],
  ['says much before it answers to the login', when('CAPABILITY', '* OK still here\r\n'.repeat(200))],
];
for (const [what, quirk] of floods) {
  test(`imap: a server that ${what} → given up after some megabytes`, async t => {
    const peer = imapPeer([{ uid: 1, text: texts[0] ?? '' }], quirk);
    const rig = await startFetchRig(t, accountFor('imap'), peer.serve);
    const { error } = await rig.fetch();
    assert.match(error?.text ?? 'no error', tooMuch);
    assert.deepEqual([error?.kind, rig.queued.length], ['unable', 0]);
  });
}

test('imap: 10 million messages are announced, and none is there → found out in few commands', async t => {
  const peer = imapPeer([], command =>
    command.startsWith('EXAMINE')
      ? '* 10000000 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT 4294967295]\r\n'
      : undefined,
  );
  const rig = await startFetchRig(t, accountFor('imap'), peer.serve);
  assert.equal((await rig.fetch()).error, null);
  assert.ok(peer.asked.length < 60, String(peer.asked.length));
});

test('imap: UIDVALIDITY changes in the middle of a run → what is here does not come again', async t => {
  let breaks = true;
  const peer = imapPeer(
    texts.map((text, at) => ({ uid: at + 1, text })),
    command => (breaks && command.startsWith('UID FETCH 2 ') && command.includes('BODY') ? 'close' : undefined),
  );
  const rig = await startFetchRig(t, accountFor('imap'), peer.serve);
  assert.equal((await rig.fetch()).error?.kind, 'unable');
  breaks = false;
  Object.assign(peer, { validity: 2, uidNext: 13 });
  peer.messages = peer.messages.map(({ text }, at) => ({ uid: 12 - at, text }));
  assert.equal((await rig.fetch()).error, null);
  assert.deepEqual(subjects(rig).sort(), [...labels].sort());
});

test('pop3: 10 million messages are announced → a thousand are looked at, one by one', async t => {
  const peer = pop3Peer([], command => {
    if (command === 'STAT') return '+OK 10000000 1000000000000\r\n';
    return /^(?:UIDL|LIST) /.test(command) ? '-ERR\r\n' : undefined;
  });
  const rig = await startFetchRig(t, accountFor('pop3'), peer.serve);
  assert.equal((await rig.fetch()).error, null);
  assert.ok(peer.asked.length < 2100, String(peer.asked.length));
});

const ca = issue({ subject: 'Some CA', isCa: true });
const between = issue({ subject: 'Between', isCa: true, issuer: ca });
const names = ['127.0.0.1'];
const certificates: readonly (readonly [what: string, shown: Issued, expected: RegExp, kind: string])[] = [
  [
    'has expired',
    issue({ subject: 'x', names, issuer: ca, days: [-9, -1] }),
    /has expired; its administrator/,
    'unable',
  ],
  ['is not valid yet', issue({ subject: 'x', names, issuer: ca, days: [2, 9] }), /is not valid yet;.* clock/, 'unable'],
  ['has another name', issue({ subject: 'other.example', issuer: ca }), /is not for 127\.0\.0\.1; if/, 'wrong'],
  ['is signed by itself', issue({ subject: 'x', names }), /is signed by itself; if/, 'wrong'],
  [
    'lacks its chain',
    issue({ subject: 'x', names, issuer: between }),
    /or the server does not send its chain/,
    'wrong',
  ],
];

async function startOverTls(t: TestContext, protocol: Protocol, tls: string, serve: (stream: Duplex) => void) {
  const authority = join(tempDir(t), 'authority.pem');
  writeFileSync(authority, ca.cert);
  return startFetchRig(t, accountFor(protocol).replace('tls none', `tls ${tls}\nauthority ${authority}`), serve);
}

for (const [what, shown, expected, kind] of certificates) {
  test(`tls: a certificate that ${what} → said in words, and no password is sent`, async t => {
    const peer = imapPeer([]);
    const rig = await startOverTls(t, 'imap', 'implicit', overTls(shown, peer.serve));
    const { error } = await rig.fetch();
    assert.match(error?.text ?? '', /^127\.0\.0\.1 is not trusted: the certificate /);
    assert.match(error?.text ?? '', expected);
    assert.deepEqual([error?.kind, peer.asked], [kind, []]);
  });
}

for (const protocol of protocols) {
  test(`tls, ${protocol}: a server that does not speak TLS there → said without OpenSSL's words`, async t => {
    const rig = await startOverTls(t, protocol, 'implicit', stream => void stream.write('* OK +OK ready\r\n'));
    const { error } = await rig.fetch();
    assert.equal(error?.text, 'no TLS with 127.0.0.1: the server does not answer with TLS');
  });

  const greeting = protocol === 'pop3' ? '+OK ready\r\n' : '* OK ready\r\n';
  const refusal = protocol === 'pop3' ? '-ERR what?\r\n' : 'w1 BAD what?\r\n';
  const go = protocol === 'pop3' ? '+OK go\r\n' : 'w1 OK go\r\n';
  const scripts: readonly (readonly [what: string, first: string, answer: string, expected: RegExp])[] = [
    [
      'refuses it, or somebody on the way took it out',
      greeting,
      refusal,
      /refuses (?:STLS|STARTTLS), and nothing is said without TLS: what\?/,
    ],
    ['says something before the handshake', greeting, `${go}${go}`, /sent something between STARTTLS and TLS/],
    ['goes on in the clear', greeting, go, /does not answer with TLS|closed/],
  ];
  for (const [what, first, answer, expected] of scripts) {
    test(`starttls, ${protocol}: a server that ${what} → no password is sent`, async t => {
      const said: string[] = [];
      const rig = await startOverTls(t, protocol, 'starttls', stream => {
        stream.write(first);
        stream.on('data', piece => {
          said.push(String(piece));
          stream.write(said.length === 1 ? answer : greeting);
        });
      });
      const { error } = await rig.fetch();
      assert.match(error?.text ?? '', expected);
      assert.equal(error?.kind, 'unable');
      assert.doesNotMatch(said.join(''), /sesame|PASS|LOGIN|AUTH/);
    });
  }
}

test('starttls, imap: a greeting that says that we are logged in → not believed', async t => {
  const rig = await startOverTls(t, 'imap', 'starttls', stream => void stream.write('* PREAUTH welcome\r\n'));
  const ended = rig.fetch();
  await passUntil(rig, ended);
  assert.equal(rig.status().error?.kind, 'unable');
});
