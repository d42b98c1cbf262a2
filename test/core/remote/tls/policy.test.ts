// TLS that control files ask for, to a server whose certificate is good or bad in every way: nothing goes to a server that is not
// the one that was asked for, and the report says why and which file asked.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Issued, issue } from '../../../support/certificates.ts';
import { mxWorld } from '../../../support/mx-world.ts';
import { type RemoteRig, remoteRig } from '../../../support/remote-rig.ts';
import { type PeerScript, type SmtpPeer, startPeer } from '../../../support/smtp-peer.ts';

const ca = issue({ subject: 'Test CA', isCa: true });
const between = issue({ subject: 'Between CA', isCa: true, issuer: ca });
const good = issue({ subject: 'mx.x.example', issuer: ca });

function offering(...chain: readonly Issued[]): PeerScript {
  const [own] = chain;
  return {
    ehlo: '250-peer.example\r\n250 STARTTLS',
    starttls: '220 go',
    tls: { cert: chain.map(({ cert }) => cert).join(''), key: own?.key ?? '' },
  };
}

interface Desk {
  readonly peer: SmtpPeer;
  readonly rig: RemoteRig;
  readonly ports: number[];
}

/** `ca.pem` in the home has the CA. */
async function desk(t: TestContext, script: PeerScript, control: Readonly<Record<string, string>>): Promise<Desk> {
  const peer = await startPeer(t, script);
  const { ports, deps } = mxWorld(peer.port);
  const rig = remoteRig(t, { control, deps });
  writeFileSync(join(rig.home, 'ca.pem'), ca.cert);
  return { peer, rig, ports };
}

const required = { tlsdestinations: '# ours\n~x.example:ca.pem\n' };
const by = ' TLS is required by control/tlsdestinations line 2. (#4.7.5)\n';

test('policy: a certificate of the CA with the right name → sent, verified', async t => {
  const { rig } = await desk(t, offering(good), required);
  const outcome = await rig.deliver('joe@x.example');
  assert.equal(outcome.kind, 'done', outcome.text);
  assert.equal(outcome.tls?.version, 'TLSv1.3');
  assert.equal(outcome.tls?.certificate, 'verified');
});

const bad: [what: string, chain: readonly Issued[], why: string][] = [
  ['expired', [issue({ subject: 'mx.x.example', issuer: ca, days: [-30, -1] })], 'the certificate has expired'],
  [
    'not valid yet',
    [issue({ subject: 'mx.x.example', issuer: ca, days: [2, 30] })],
    'the certificate is not valid yet',
  ],
  [
    'of another host',
    [issue({ subject: 'mx.y.example', issuer: ca })],
    'the certificate is not for x.example or mx.x.example',
  ],
  [
    'of the host in its common name only',
    [issue({ subject: 'mx.x.example', names: ['other.example'], issuer: ca })],
    'the certificate is not for x.example or mx.x.example',
  ],
  [
    'with a wildcard two levels up',
    [issue({ subject: '*.example', issuer: ca })],
    'the certificate is not for x.example or mx.x.example',
  ],
  ['that signs itself', [issue({ subject: 'mx.x.example' })], 'the certificate is signed by itself'],
  [
    'of an unknown CA',
    [issue({ subject: 'mx.x.example', issuer: issue({ subject: 'Other CA', isCa: true }) })],
    'the certificate is signed by an authority that is not known here, or the server does not send its chain',
  ],
  [
    'of another CA of the same name',
    [issue({ subject: 'mx.x.example', issuer: issue({ subject: 'Test CA', isCa: true }) })],
    'the certificate is not signed by the authority that it names',
  ],
  [
    'without its chain',
    [issue({ subject: 'mx.x.example', issuer: between })],
    'the certificate is signed by an authority that is not known here, or the server does not send its chain',
  ],
];

for (const [what, chain, why] of bad) {
  test(`policy: a certificate ${what} → deferred, nothing said over it`, async t => {
    const { peer, rig } = await desk(t, offering(...chain), required);
    const outcome = await rig.deliver('joe@x.example');
    assert.deepEqual(
      [outcome.kind, outcome.text],
      ['later', `Connected to 127.0.0.1 but its certificate cannot be verified: ${why}.${by}`],
    );
    assert.deepEqual(peer.sessions[0]?.commands, ['EHLO here.example', 'STARTTLS']);
    assert.equal(peer.sessions.length, 1);
  });

  test(`policy: a certificate ${what}, nothing demanded → sent, and why it is not verified is in the outcome`, async t => {
    const { rig } = await desk(t, offering(...chain), { tlsdestinations: '-:\n' });
    const outcome = await rig.deliver('joe@x.example');
    assert.equal(outcome.kind, 'done', outcome.text);
    assert.equal(outcome.tls?.certificate, 'unverified');
    assert.match(outcome.tls?.why ?? '', /^the certificate (?:is|has) /);
  });
}

test('policy: a chain with a CA in between → verified; not with a depth of 0', async t => {
  const chain = [issue({ subject: 'mx.x.example', issuer: between }), between];
  const one = await desk(t, offering(...chain), { tlsdestinations: 'x.example:ca.pem||1\n' });
  assert.equal((await one.rig.deliver('joe@x.example')).kind, 'done');
  for (const sent of [chain, [...chain, ca]]) {
    const none = await desk(t, offering(...sent), { tlsdestinations: 'x.example:ca.pem||0\n' });
    const { kind, text } = await none.rig.deliver('joe@x.example');
    assert.equal(kind, 'later');
    assert.match(text, /its chain has 1 certificates in between, of at most 0\. TLS is required by/);
  }
});

const stripped: [what: string, script: PeerScript, text: RegExp][] = [
  [
    'does not offer STARTTLS',
    {},
    /but it does not offer TLS\. TLS is required by control\/tlsdestinations line 2\. \(#4\.7\.10\)/,
  ],
  ['refuses EHLO', { ehlo: '502 what?' }, /but it does not offer TLS\./],
  [
    'refuses STARTTLS',
    { ...offering(good), starttls: '454 not now' },
    /but STARTTLS was rejected\.\nRemote host said: 454 not now/,
  ],
  [
    'cannot do it',
    { ...offering(good), tls: {} },
    /but TLS failed: .*\. TLS is required by control\/tlsdestinations line 2\./,
  ],
  [
    'talks plainly after 220',
    { ...offering(good), insteadOfTls: socket => void socket.once('data', () => socket.write('250 ok\r\n')) },
    /but TLS failed: the server does not answer with TLS\./,
  ],
  [
    'closes in the handshake',
    { ...offering(good), insteadOfTls: socket => void socket.once('data', () => socket.end()) },
    /but TLS failed: /,
  ],
  [
    'speaks before the handshake',
    { ...offering(good), starttls: '220 go\r\n250 ok' },
    /but something was said between STARTTLS and TLS/,
  ],
];

for (const [what, script, text] of stripped) {
  test(`policy: TLS is required, and the server ${what} → deferred, nothing in the clear`, async t => {
    const { peer, rig } = await desk(t, script, required);
    const outcome = await rig.deliver('joe@x.example');
    assert.equal(outcome.kind, 'later');
    assert.match(outcome.text, text);
    assert.ok(peer.sessions.every(({ commands }) => !commands.some(command => /^MAIL/.test(command))));
    assert.equal(peer.sessions.length, 1);
  });
}

const fingerprint = (digest: string) => createHash(digest).update(new X509Certificate(good.cert).raw).digest('hex');

for (const digest of ['sha1', 'sha224', 'sha256', 'sha512']) {
  test(`policy: the ${digest} of the certificate → sent, pinned; of another one → deferred`, async t => {
    const pin = fingerprint(digest).toUpperCase().replaceAll(/..\B/g, '$&:');
    const right = await desk(t, offering(good), { tlsdestinations: `%x.example:=${pin}\n` });
    assert.equal((await right.rig.deliver('joe@x.example')).tls?.certificate, 'pinned');
    const wrong = await desk(t, offering(issue({ subject: 'mx.x.example', issuer: ca })), {
      tlsdestinations: `%x.example:=${pin}\n`,
    });
    const { kind, text } = await wrong.rig.deliver('joe@x.example');
    assert.equal(kind, 'later');
    assert.match(text, /the certificate does not match the fingerprint\. TLS is required by/);
  });
}

test('policy: a port in the line, with and without s → there, and TLS from the first byte', async t => {
  const starttls = await desk(t, offering(good), { tlsdestinations: 'x.example:ca.pem||;2525\n' });
  assert.equal((await starttls.rig.deliver('joe@x.example')).tls?.certificate, 'verified');
  assert.deepEqual(starttls.ports, [2525]);
  const implicit = await desk(
    t,
    { ...offering(good), implicit: true },
    { tlsdestinations: '~x.example:ca.pem|;s2465\n' },
  );
  const outcome = await implicit.rig.deliver('joe@x.example');
  assert.equal(outcome.tls?.certificate, 'verified', outcome.text);
  assert.deepEqual([implicit.ports, implicit.peer.sessions[0]?.commands[0]], [[2465], 'EHLO here.example']);
});

test('policy: port 465 of a route → TLS from the first byte; a server that speaks plainly there gets nothing', async t => {
  const control = { smtproutes: ':relay.example:465\n' };
  const { rig, ports } = await desk(t, { ...offering(good), implicit: true }, control);
  const outcome = await rig.deliver('joe@x.example');
  assert.deepEqual([outcome.kind, outcome.tls?.certificate, ports], ['done', 'unverified', [465]]);
  const plain = await desk(t, {}, control);
  const { kind, text } = await plain.rig.deliver('joe@x.example');
  assert.equal(kind, 'later');
  assert.match(text, /but TLS failed: the server does not answer with TLS\. TLS is required by port 465\./);
  assert.deepEqual(
    plain.peer.sessions[0]?.commands.filter(command => /^[A-Z]{4}/.test(command)),
    [],
  );
});

test('policy: !host → not asked for TLS', async t => {
  const { peer, rig } = await desk(t, offering(good), { tlsdestinations: '!.example:\n' });
  const outcome = await rig.deliver('joe@x.example');
  assert.deepEqual([outcome.kind, outcome.tls], ['done', undefined]);
  assert.ok(!peer.sessions[0]?.commands.includes('STARTTLS'));
});

test('policy: a broken line, a CA file that is not there, ciphers that do not exist → deferred, and named; no connection', async t => {
  const files: [control: Record<string, string>, text: RegExp][] = [
    [
      { tlsdestinations: '\nx.example:a|b|c\n' },
      /^control\/tlsdestinations line 2, for x\.example: Of its second and third/,
    ],
    [
      { tlsdestinations: 'x.example:no.pem\n' },
      /^control\/tlsdestinations line 1: the CA file .*no\.pem cannot be used: no such file/,
    ],
    [
      { tlsdestinations: 'x.example:none/\n' },
      /^control\/tlsdestinations line 1: the directory of CAs .*none\/ cannot be used/,
    ],
    [
      { tlsdestinations: 'x.example:control/me\n' },
      /^control\/tlsdestinations line 1: the CA file .*control\/me cannot be used/,
    ],
    [{ tlsclientciphers: 'NONSENSE\n' }, /the ciphers NONSENSE cannot be used/],
    [
      { domaincerts: 'here.example:no.pem\n' },
      /^control\/domaincerts: the certificate .*no\.pem with the key .*no\.pem cannot be used/,
    ],
  ];
  for (const [control, text] of files) {
    const { peer, rig } = await desk(t, offering(good), control);
    const outcome = await rig.deliver('joe@x.example');
    assert.equal(outcome.kind, 'later');
    assert.match(outcome.text, text);
    assert.match(outcome.text, /\(#4\.3\.5\)\n$/);
    assert.equal(peer.sessions.length, 0);
  }
});

test('policy: a CA file that is replaced → counts from the next connection on', async t => {
  const { rig } = await desk(t, offering(good), required);
  writeFileSync(join(rig.home, 'ca.pem'), between.cert);
  assert.equal((await rig.deliver('joe@x.example')).kind, 'later');
  rmSync(join(rig.home, 'ca.pem'));
  writeFileSync(join(rig.home, 'ca.pem'), ca.cert);
  assert.equal((await rig.deliver('joe@x.example')).kind, 'done');
});

test('policy: a directory of CAs → any of them', async t => {
  const { rig } = await desk(t, offering(good), { tlsdestinations: '~x.example:cas/\n' });
  mkdirSync(join(rig.home, 'cas'));
  writeFileSync(join(rig.home, 'cas', 'a.pem'), issue({ subject: 'Other CA', isCa: true }).cert);
  writeFileSync(join(rig.home, 'cas', 'b.pem'), ca.cert);
  assert.equal((await rig.deliver('joe@x.example')).tls?.certificate, 'verified');
});

test('policy: tlshosts/NAME.pem → TLS with a certificate of these CAs; notlshosts/NAME → none', async t => {
  const { rig, peer } = await desk(t, offering(good), {});
  const control = join(rig.home, 'control');
  for (const name of ['tlshosts', 'notlshosts']) mkdirSync(join(control, name));
  writeFileSync(join(control, 'tlshosts', 'mx.x.example.pem'), between.cert);
  const refused = await rig.deliver('joe@x.example');
  assert.match(refused.text, /TLS is required by control\/tlshosts\/mx\.x\.example\.pem\./);
  writeFileSync(join(control, 'tlshosts', 'mx.x.example.pem'), ca.cert);
  assert.equal((await rig.deliver('joe@x.example')).tls?.certificate, 'verified');
  writeFileSync(join(control, 'notlshosts', 'mx.x.example'), '');
  assert.equal((await rig.deliver('joe@x.example')).tls, undefined);
  assert.ok(!peer.sessions.at(-1)?.commands.includes('STARTTLS'));
});

test('policy: certificates of our own → shown to servers that ask, by the domain of the sender', async t => {
  const seen: (string | undefined)[] = [];
  const script = offering(good);
  const { rig } = await desk(
    t,
    { ...script, requestCert: true, onTls: secure => void seen.push(secure.getPeerX509Certificate()?.subject) },
    { domaincerts: 'me.example:me.pem|me.key|geheim\n*:all.pem\n' },
  );
  const [me, all] = ['me.example', 'all.example'].map(subject => issue({ subject }));
  const locked = me?.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' });
  writeFileSync(join(rig.home, 'me.pem'), me?.cert ?? '');
  writeFileSync(join(rig.home, 'me.key'), locked ?? '');
  writeFileSync(join(rig.home, 'all.pem'), `${all?.key}${all?.cert}`);
  chmodSync(join(rig.home, 'all.pem'), 0o600);
  for (const sender of ['a@me.example', 'a@other.example', '']) {
    const outcome = await rig.deliver('joe@x.example', { sender });
    assert.equal(outcome.kind, 'done', outcome.text);
  }
  assert.deepEqual(seen, ['CN=me.example', 'CN=all.example']);
});

test('policy: clientcert.pem → shown where domaincerts has none; none → none is shown', async t => {
  const seen: (string | undefined)[] = [];
  const script = offering(good);
  const onTls: PeerScript['onTls'] = secure => void seen.push(secure.getPeerX509Certificate()?.subject);
  const { rig } = await desk(t, { ...script, requestCert: true, onTls }, {});
  assert.equal((await rig.deliver('joe@x.example')).kind, 'done');
  const { key, cert } = issue({ subject: 'client.example' });
  writeFileSync(join(rig.home, 'control', 'clientcert.pem'), key + cert);
  assert.equal((await rig.deliver('joe@x.example')).kind, 'done');
  assert.deepEqual(seen, [undefined, 'CN=client.example']);
});

test('policy: another line for the same server → another connection', async t => {
  const { peer, rig } = await desk(t, offering(good), { tlsdestinations: 'x.example:ca.pem\n-y.example:\n' });
  await rig.deliver('a@x.example');
  await rig.deliver('b@x.example');
  await rig.deliver('c@y.example');
  assert.equal(peer.sessions.length, 2);
});

test('policy: QMTP where TLS is required → a route waits, and an exchanger gets SMTP', async t => {
  const { rig } = await desk(t, offering(good), {
    qmtproutes: ':relay.example\n',
    tlsdestinations: '-relay.example:\n',
  });
  const outcome = await rig.deliver('joe@x.example');
  assert.equal(outcome.kind, 'later');
  assert.match(outcome.text, /^QMTP has TLS on port 6209 only\. TLS is required by control\/tlsdestinations line 1\./);
});
