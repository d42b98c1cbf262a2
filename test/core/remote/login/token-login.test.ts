// Mail through a relay that wants an OAuth token.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginDesk, loginServer, offering } from '../../../support/login/login-peer.ts';
import { provider, tokenHome, tokensIn, usualTokens } from '../../../support/login/token-home.ts';

const control = { smtproutes: ':relay.example:587|joe@me.example|@joe.oauth\n' };

for (const mechanism of ['OAUTHBEARER', 'XOAUTH2'] as const) {
  test(`login: ${mechanism}, an access token that has expired → a new one, and the message goes`, async t => {
    const account = { user: 'joe@me.example', password: 'new-token' };
    const script = { ...offering(`PLAIN ${mechanism}`), login: loginServer(account, [mechanism]) };
    const { fetch } = provider({ access_token: 'new-token', refresh_token: 'refresh-2' });
    const { deliver, home } = await loginDesk(t, { script, control, fetch });
    const { file } = tokenHome(t, { ...usualTokens, accessToken: 'old', expiresAt: '2020-01-01T00:00:00Z' }, home);
    const outcome = await deliver();
    assert.equal(outcome.kind, 'done', outcome.text);
    assert.equal((tokensIn(file).tokens as { refreshToken: string }).refreshToken, 'refresh-2');
  });
}

test('login: a token that the relay refuses → the owner reads why in the log, and the next message has a new token', async t => {
  const account = { user: 'joe@me.example', password: 'new-token' };
  const script = { ...offering('XOAUTH2'), login: loginServer(account, ['XOAUTH2']) };
  const { fetch } = provider({ access_token: 'new-token' });
  const { deliver, home, logins, log } = await loginDesk(t, { script, control, fetch });
  tokenHome(t, { ...usualTokens, accessToken: 'old-token' }, home);
  const refused = await deliver();
  assert.equal(refused.kind, 'later');
  assert.match(log.join('\n'), /refused the login as joe@me\.example \(XOAUTH2\): 535 .*invalid_token/);
  assert.equal((await deliver()).kind, 'done');
  assert.deepEqual(logins.problems(), []);
});

test('login: a provider that gives no new token → the message waits, and the owner is told', async t => {
  const { fetch } = provider({ error: 'invalid_grant' });
  const { deliver, home, logins, peer } = await loginDesk(t, { script: offering('XOAUTH2'), control, fetch });
  tokenHome(t, usualTokens, home);
  assert.match((await deliver()).text, /^The message waits: .* gives no new access token for secrets\/joe\.oauth/);
  assert.match(logins.problems()[0]?.text ?? '', /^Mail waits for a login: auth\.example gives no new access token/);
  assert.equal(peer.sessions.length, 0);
});
