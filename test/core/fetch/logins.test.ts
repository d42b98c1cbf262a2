// Logins at a provider, by POP3 and IMAP: every mechanism, within TLS, and tokens that expire.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { accountFor, labels, overTls, type Protocol, peerOf, protocols } from '../../support/both-protocols.ts';
import { issue } from '../../support/certificates.ts';
import { startFetchRig, subjects } from '../../support/fetch-rig.ts';
import { saslLines } from '../../support/login/sasl-lines.ts';
import { provider, usualTokens } from '../../support/login/token-home.ts';
import { tempDir } from '../../support/temp-dir.ts';

const server = issue({ subject: 'provider', names: ['127.0.0.1'] });

interface Odd {
  quirk?: (command: string) => string | 'close' | undefined;
}

async function start(t: TestContext, protocol: Protocol, secret: string) {
  const odd: Odd = {};
  const peer = peerOf(protocol, command => odd.quirk?.(command));
  const authority = join(tempDir(t), 'authority.pem');
  writeFileSync(authority, server.cert);
  const account = accountFor(protocol)
    .replace('tls none', `tls implicit\nauthority ${authority}`)
    .replace('secret provider', `secret ${secret}`);
  return { odd, peer, rig: await startFetchRig(t, account, overTls(server, peer.serve)) };
}

for (const protocol of protocols) {
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'PLAIN', 'LOGIN'] as const) {
    test(`${protocol}, ${mechanism} → logged in; a wrong password is refused, and not shown`, async t => {
      const { peer, rig } = await start(t, protocol, 'provider');
      const account = { user: 'joe', password: 'sesame' };
      peer.logins = saslLines(() => account, [mechanism]);
      assert.equal((await rig.fetch()).error, null);
      assert.deepEqual(subjects(rig), labels);
      account.password = 'mellon';
      const { error } = await rig.fetch();
      assert.equal(error?.kind, 'refused');
      assert.match(error?.text ?? '', /^127\.0\.0\.1 refuses the login of joe: \[AUTH/);
      assert.doesNotMatch(error?.text ?? '', /sesame/);
    });
  }

  test(`${protocol}, several mechanisms → the strongest`, async t => {
    const { peer, rig } = await start(t, protocol, 'provider');
    peer.logins = saslLines(() => ({ user: 'joe', password: 'sesame' }), ['PLAIN', 'SCRAM-SHA-256', 'LOGIN']);
    await rig.fetch();
    assert.ok(peer.asked.some(command => /^AUTH(?:ENTICATE)? SCRAM-SHA-256/.test(command)));
    assert.equal(subjects(rig).length, 3);
  });

  test(`${protocol}, no mechanism for tokens → said, and a person has to do something`, async t => {
    const { peer, rig } = await start(t, protocol, 'joe.oauth');
    writeFileSync(join(rig.home, 'secrets/joe.oauth'), '{"accessToken":"token-1"}', { mode: 0o600 });
    peer.logins = saslLines(() => ({ user: 'joe', password: 'token-1' }), ['PLAIN']);
    const { error } = await rig.fetch();
    assert.equal(error?.kind, 'wrong');
    assert.match(error?.text ?? '', /has no login that takes a token \(OAUTHBEARER, XOAUTH2\); it offers PLAIN/);
  });

  for (const mechanism of ['OAUTHBEARER', 'XOAUTH2'] as const) {
    test(`${protocol}, ${mechanism}: the token was revoked → a new one is stored, and used in the same run`, async t => {
      const { peer, rig } = await start(t, protocol, 'joe.oauth');
      const file = join(rig.home, 'secrets/joe.oauth');
      writeFileSync(file, JSON.stringify({ ...usualTokens, accessToken: 'token-1' }), { mode: 0o600 });
      rig.provider = provider({ access_token: 'token-2', refresh_token: 'refresh-2' }).fetch;
      peer.logins = saslLines(() => ({ user: 'joe', password: 'token-2' }), [mechanism]);
      assert.equal((await rig.fetch()).error, null);
      assert.deepEqual(subjects(rig), labels);
      const stored = JSON.parse(readFileSync(file, 'utf8'));
      assert.deepEqual([stored.accessToken, stored.refreshToken], ['token-2', 'refresh-2']);
    });
  }

  test(`${protocol}: the session of a token ends in the middle, as it has expired → the rest comes with a new one`, async t => {
    const { odd, peer, rig } = await start(t, protocol, 'joe.oauth');
    writeFileSync(
      join(rig.home, 'secrets/joe.oauth'),
      JSON.stringify({ ...usualTokens, accessToken: 'token-1', expiresAt: '2026-11-30T01:00:00.000Z' }),
      { mode: 0o600 },
    );
    const { fetch, forms } = provider({ access_token: 'token-2', expires_in: 3600 });
    rig.provider = fetch;
    let password = 'token-1';
    peer.logins = saslLines(() => ({ user: 'joe', password }), ['XOAUTH2']);
    odd.quirk = command => {
      if (password !== 'token-1' || !/^(?:RETR 2|UID FETCH 2 .*BODY)/.test(command)) return undefined;
      password = 'token-2';
      rig.clock.pass(3_600_000);
      return 'close';
    };
    const { error, lastSuccess } = await rig.fetch();
    assert.deepEqual([error, lastSuccess?.fetched], [null, 3]);
    assert.deepEqual([subjects(rig), forms.length, rig.dials], [labels, 1, 2]);
  });

  test(`${protocol}: no new token → the run ends with the words of the provider, after one request`, async t => {
    const { peer, rig } = await start(t, protocol, 'joe.oauth');
    const tokens = { ...usualTokens, accessToken: 'token-1' };
    writeFileSync(join(rig.home, 'secrets/joe.oauth'), JSON.stringify(tokens), { mode: 0o600 });
    const { fetch, forms } = provider({ error: 'invalid_grant' });
    rig.provider = fetch;
    peer.logins = saslLines(() => ({ user: 'joe', password: 'token-2' }), ['XOAUTH2']);
    const { error } = await rig.fetch();
    assert.match(
      error?.text ?? '',
      /there is no access token: auth\.example gives no new access token .*waypost login/,
    );
    assert.deepEqual([error?.kind, forms.length], ['wrong', 1]);
  });
}

test('imap, LOGIN: a password with 8-bit characters → sent as a literal', async t => {
  const { peer, rig } = await start(t, 'imap', 'provider');
  writeFileSync(join(rig.home, 'secrets/provider'), 'säsame\n');
  await rig.fetch();
  assert.ok(peer.asked.includes('LOGIN "joe" {7}'), peer.asked.join('\n'));
});
