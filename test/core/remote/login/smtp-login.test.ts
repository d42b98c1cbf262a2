// Mail through a relay that wants a login: what is said, and that nothing is said in the clear; relays that do not keep to it.
import assert from 'node:assert/strict';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { issue } from '../../../support/certificates.ts';
import { loginDesk, loginServer, offering, scriptedLogin } from '../../../support/login/login-peer.ts';
import { saslServers } from '../../../support/login/sasl-server.ts';
import type { PeerScript } from '../../../support/smtp-peer.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { until } from '../../../support/until.ts';

const account = { user: 'joe@me.example', password: 'hunter2' };
const passwordMechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'] as const;

for (const mechanism of passwordMechanisms) {
  for (const implicit of [false, true]) {
    const port = implicit ? 465 : 587;
    test(`login: ${mechanism} on port ${port} → the message goes, with the user in MAIL`, async t => {
      const script = { ...offering(mechanism), implicit, login: loginServer(account, [mechanism]) };
      const control = { smtproutes: `:relay.example;${port}|joe@me.example|@relay\n` };
      const { deliver, peer } = await loginDesk(t, { script, control });
      const outcome = await deliver();
      assert.equal(outcome.kind, 'done', outcome.text);
      const commands = peer.sessions[0]?.commands ?? [];
      assert.deepEqual(
        commands.slice(0, implicit ? 1 : 3),
        implicit ? ['EHLO here.example'] : ['EHLO here.example', 'STARTTLS', 'EHLO here.example'],
      );
      assert.ok(commands.includes('MAIL FROM:<joe@me.example> AUTH=joe@me.example'), commands.join('\n'));
    });
  }
}

test('login: two messages → one connection, one login', async t => {
  const script = { ...offering('PLAIN'), login: loginServer(account, ['PLAIN']) };
  const { deliver, peer } = await loginDesk(t, { script });
  assert.equal((await deliver()).kind, 'done');
  assert.equal((await deliver({ recipient: 'bob@other.example' })).kind, 'done');
  assert.equal(peer.sessions.length, 1);
  assert.equal(peer.sessions[0]?.commands.filter(line => line.startsWith('AUTH')).length, 1);
});

test('login: two senders with logins of their own at one relay → a connection each', async t => {
  const script = { ...offering('PLAIN'), login: scriptedLogin('235 ok') };
  const control = {
    smtproutes: '',
    authsenders: 'a@me.example:relay.example;587|ann|@relay\nb@me.example:relay.example;587|bob|@relay\n',
  };
  const { deliver, peer } = await loginDesk(t, { script, control });
  for (const sender of ['a@me.example', 'b@me.example', 'a@me.example']) await deliver({ sender });
  assert.deepEqual(
    peer.sessions.map(({ commands }) => commands.filter(line => /^MAIL/.test(line))),
    [['MAIL FROM:<a@me.example> AUTH=<>', 'MAIL FROM:<a@me.example> AUTH=<>'], ['MAIL FROM:<b@me.example> AUTH=<>']],
  );
});

const stranger = issue({ subject: 'relay.example' });
const plain = Buffer.from('\0joe@me.example\0hunter2').toString('base64');

/** Relays that get no message; what they may have seen of the password. */
const failing: [what: string, script: PeerScript, sees: boolean, text: RegExp][] = [
  [
    'no STARTTLS',
    { ehlo: '250-relay.example\r\n250 AUTH PLAIN' },
    false,
    /it does not offer TLS\. TLS is required by the login at this relay/,
  ],
  ['a STARTTLS that it refuses', { ...offering('PLAIN'), starttls: '454 no' }, false, /STARTTLS was rejected/],
  [
    'a certificate that nobody vouches for',
    { ...offering('PLAIN'), tls: { cert: stranger.cert, key: stranger.key } },
    false,
    /certificate cannot be verified/,
  ],
  [
    'no login',
    { ...offering('PLAIN'), ehloWithinTls: '250 relay.example' },
    false,
    /offers no login, and nothing that the login as joe@me\.example could use.*#4\.7\.4/,
  ],
  ['other mechanisms', offering('GSSAPI NTLM'), false, /offers only GSSAPI NTLM/],
  [
    'a mechanism that it does not have',
    { ...offering('PLAIN'), login: scriptedLogin('504 5.5.4 no') },
    true,
    /authentication was rejected\.\nRemote host said: 504 5\.5\.4 no/,
  ],
  [
    '535',
    { ...offering('PLAIN'), login: scriptedLogin('535 5.7.8 wrong') },
    true,
    /Remote host said: 535 5\.7\.8 wrong\nThe message waits\. Correct the user name, or the password in secrets\/relay\..*#4\.7\.8/,
  ],
  [
    '534',
    { ...offering('PLAIN'), login: scriptedLogin('534-5.7.9 Application-specific\r\n534 5.7.9 password required') },
    true,
    /made for this program alone.*#4\.7\.9/,
  ],
  [
    '432',
    { ...offering('PLAIN'), login: scriptedLogin('432 4.7.12 expired') },
    true,
    /Set a new password at the provider.*#4\.7\.12/,
  ],
  [
    '454',
    { ...offering('PLAIN'), login: scriptedLogin('454 4.7.0 not now') },
    true,
    /It is tried again by itself\. \(#4\.7\.0\)/,
  ],
  [
    'an error without a code',
    { ...offering('PLAIN'), login: scriptedLogin('no such thing') },
    true,
    /authentication was rejected/,
  ],
  ['a closed connection', { ...offering('PLAIN'), login: scriptedLogin('drop') }, true, /connection died/],
  [
    'the password in its reply',
    { ...offering('PLAIN'), login: scriptedLogin(`535 ${plain} is hunter2, wrong`) },
    true,
    /535 .*\(not shown\), wrong/,
  ],
  [
    'rounds without end',
    { ...offering('PLAIN'), login: () => () => ({ reply: '334 ', more: true }) },
    true,
    /did not keep to PLAIN/,
  ],
  [
    'success before the end',
    { ...offering('CRAM-MD5'), login: scriptedLogin('235 ok') },
    false,
    /reports success before/,
  ],
  [
    'a challenge of 10 MB',
    { ...offering('CRAM-MD5'), login: scriptedLogin(`334 ${'A'.repeat(10_000_000)}`) },
    false,
    /connection died/,
  ],
  [
    'a challenge of 60 kB',
    { ...offering('CRAM-MD5'), login: scriptedLogin(`334 ${'A'.repeat(60_000)}`, '501 ok') },
    false,
    /not base64, or too long/,
  ],
  [
    'a challenge of many lines',
    { ...offering('CRAM-MD5'), login: scriptedLogin('334-AAAA\r\n334 AAAA', '501 ok') },
    false,
    /not base64/,
  ],
];

for (const [what, script, sees, text] of failing) {
  test(`login: a relay with ${what} → the message waits, and is not sent`, async t => {
    const { deliver, peer, log } = await loginDesk(t, { script });
    const outcome = await deliver();
    assert.equal(outcome.kind, 'later', outcome.text);
    assert.match(outcome.text, text);
    const commands = peer.sessions.flatMap(session => session.commands);
    assert.ok(!commands.some(line => /^MAIL/i.test(line)), commands.join('\n'));
    assert.equal(commands.join('\n').includes(plain), sees);
    for (const said of [outcome.text, ...log]) assert.ok(!said.includes('hunter2') && !said.includes(plain), said);
  });
}

test('login: offered mechanisms that the relay does not have → the next one', async t => {
  const script = { ...offering('SCRAM-SHA-256 CRAM-MD5 LOGIN'), login: loginServer(account, ['LOGIN']) };
  const { deliver, peer } = await loginDesk(t, { script });
  assert.equal((await deliver()).kind, 'done');
  const tried = peer.sessions[0]?.commands.filter(line => line.startsWith('AUTH')).map(line => line.split(' ')[1]);
  assert.deepEqual(tried, ['SCRAM-SHA-256', 'CRAM-MD5', 'LOGIN']);
});

test('login: AUTH=LOGIN as before RFC 2554 → used', async t => {
  const ehloWithinTls = '250-relay.example\r\n250 AUTH=LOGIN PLAIN';
  const script = { ...offering(''), ehloWithinTls, login: loginServer(account, ['PLAIN', 'LOGIN']) };
  assert.equal((await (await loginDesk(t, { script })).deliver()).kind, 'done');
});

for (const [where, more] of [
  ['MAIL', { mail: '530 5.7.0 authentication required' }],
  ['RCPT', { rcpt: '535 5.7.8 who are you' }],
  ['the message', { dot: '530 log in first' }],
] as const) {
  test(`login: accepted, and forgotten at ${where} → the message waits, and no other is tried`, async t => {
    const script = { ...offering('PLAIN'), login: loginServer(account, ['PLAIN']), ...more };
    const { deliver, peer, logins } = await loginDesk(t, { script });
    const first = await deliver();
    assert.equal(first.kind, 'later', first.text);
    assert.match(
      (await deliver()).text,
      /Not tried: .* accepted the login as joe@me\.example and then asked for one: 53\d/,
    );
    assert.equal(peer.sessions.length, 1);
    assert.equal(logins.problems().length, 1);
  });
}

test('login: a relay that quotes the password after the login → it is in no report', async t => {
  const script = { ...offering('PLAIN'), login: loginServer(account, ['PLAIN']) };
  for (const more of [{ dot: '250 ok hunter2' }, { rcpt: '550 no hunter2' }, { mail: `451 later ${plain}` }]) {
    const { deliver, log } = await loginDesk(t, { script: { ...script, ...more } });
    const said = JSON.stringify([await deliver(), log]);
    assert.match(said, /\(not shown\)/);
    assert.ok(!said.includes('hunter2') && !said.includes(plain), said);
  }
});

test('login: a sender that the relay does not allow → the message bounces as without a login', async t => {
  const script = { ...offering('PLAIN'), login: loginServer(account, ['PLAIN']), mail: '550 5.7.1 not your address' };
  assert.equal((await (await loginDesk(t, { script })).deliver()).kind, 'never');
});

test('login: a server that answers after minutes → waits for it; after the time limit the connection ends', async t => {
  for (const [ms, kind] of [
    [1_100_000, 'done'],
    [1_300_000, 'later'],
  ] as const) {
    const clock = steppedClock();
    const script = { ...offering('PLAIN'), login: loginServer(account, ['PLAIN']) };
    const { deliver, peer } = await loginDesk(t, {
      script: {
        ...script,
        login: () => line => {
          peer.setSilent(true);
          return script.login()(line);
        },
      },
      clock,
    });
    const outcome = deliver();
    await until('AUTH', () => peer.sessions[0]?.commands.some(line => line.startsWith('AUTH')) === true);
    clock.pass(ms);
    peer.setSilent(false);
    assert.equal((await outcome).kind, kind);
  }
});

const unusable: [what: string, spoil: (home: string) => void, text: RegExp][] = [
  [
    'readable for others',
    home => chmodSync(join(home, 'secrets/relay'), 0o644),
    /secrets\/relay can be read by other users/,
  ],
  ['missing', home => rmSync(join(home, 'secrets/relay')), /secrets\/relay does not exist/],
];

for (const [what, spoil, text] of unusable) {
  test(`login: a secret that is ${what} → the message waits, no connection is made`, async t => {
    const { deliver, peer, home } = await loginDesk(t, { script: offering('PLAIN') });
    spoil(home);
    const outcome = await deliver();
    assert.equal(outcome.kind, 'later');
    assert.match(outcome.text, text);
    assert.equal(peer.sessions.length, 0);
  });
}

test('login: every mechanism of a token → not used with a password', async t => {
  const names = Object.keys(saslServers)
    .filter(name => name.includes('OAUTH'))
    .join(' ');
  const outcome = await (await loginDesk(t, { script: offering(names) })).deliver();
  assert.match(outcome.text, /offers only OAUTHBEARER XOAUTH2/);
});

test('fallbackrelay: a relay with a login → used when the own host cannot be reached', async (t: TestContext) => {
  const script = { ...offering('PLAIN'), login: loginServer(account, ['PLAIN']), greeting: ['554 no', '220 hello'] };
  const control = { smtproutes: '', fallbackrelay: 'relay.example:587|joe@me.example|@relay\n' };
  const { deliver, peer } = await loginDesk(t, { script, control });
  assert.equal((await deliver()).kind, 'done');
  assert.deepEqual(
    peer.sessions.map(({ commands }) => commands.some(line => line.startsWith('AUTH'))),
    [false, true],
  );
});
