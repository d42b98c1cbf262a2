// Access tokens from their file, and new ones from the provider.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { createAccessTokens } from '../../../../core/login/oauth/access-tokens.ts';
import { provider, tokenHome, tokensIn, usualTokens } from '../../../support/login/token-home.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

const nowMs = Date.parse('2026-11-30T12:00:00Z');
const name = 'joe.oauth';

test('tokens: an access token alone → used', async t => {
  const { home } = tokenHome(t, { accessToken: 'pasted' });
  const tokens = createAccessTokens({ home, clock: steppedClock(nowMs), ...provider() });
  assert.deepEqual(await tokens.get(name), { kind: 'token', text: 'pasted' });
});

test('tokens: expired, and the refresh token is rotated → the new one is on the disk, and the access token used until it expires', async t => {
  const { home, file } = tokenHome(t, {
    ...usualTokens,
    clientSecret: 'of-client',
    accessToken: 'old',
    expiresAt: '2026-11-30T12:00:30Z',
  });
  const { fetch, forms } = provider(
    { access_token: 'new', refresh_token: 'refresh-2', expires_in: 3600, token_type: 'Bearer' },
    { access_token: 'newer', expires_in: '3600' },
  );
  const clock = steppedClock(nowMs);
  const tokens = createAccessTokens({ home, clock, fetch });
  const together = await Promise.all([tokens.get(name), tokens.get(name), tokens.get(name)]);
  assert.deepEqual(together, Array(3).fill({ kind: 'token', text: 'new' }));
  assert.deepEqual(forms, [
    { grant_type: 'refresh_token', refresh_token: 'refresh-1', client_id: 'client-of-joe', client_secret: 'of-client' },
  ]);
  assert.deepEqual(tokensIn(file), {
    mode: 0o600,
    tokens: {
      ...{ ...usualTokens, clientSecret: 'of-client' },
      ...{ accessToken: 'new', refreshToken: 'refresh-2', expiresAt: '2026-11-30T13:00:00.000Z' },
    },
  });
  clock.pass(58 * 60_000);
  assert.deepEqual(await tokens.get(name), { kind: 'token', text: 'new' });
  clock.pass(2 * 60_000);
  assert.deepEqual(await tokens.get(name), { kind: 'token', text: 'newer' });
  assert.equal(forms[1]?.refresh_token, 'refresh-2');
});

test('tokens: a new one that cannot be stored → not used', async t => {
  const { home, file } = tokenHome(t, usualTokens);
  const { fetch } = provider({ access_token: 'new', refresh_token: 'refresh-2' });
  const tokens = createAccessTokens({
    home,
    clock: steppedClock(nowMs),
    fetch: async (...asked) => {
      const response = await fetch(...asked);
      rmSync(dirname(file), { recursive: true });
      writeFileSync(dirname(file), 'in the way');
      return response;
    },
  });
  const found = await tokens.get(name);
  assert.match(
    found.kind === 'problem' ? found.why : found.kind,
    /^a new access token cannot be stored in secrets\/joe\.oauth/,
  );
});

const failing: [
  what: string,
  file: object | string,
  reply: object | string | Error,
  why: RegExp,
  isLasting: boolean,
][] = [
  ['not JSON', 'hunter2\n', {}, /is not a file of tokens/, true],
  [
    'an endpoint without TLS',
    { ...usualTokens, tokenEndpoint: 'http://auth.example/' },
    {},
    /is not a file of tokens/,
    true,
  ],
  [
    'no refresh token',
    { accessToken: 'a', expiresAt: '2026-11-30T11:00:00Z' },
    {},
    /has expired: run waypost login/,
    true,
  ],
  [
    'a revoked login',
    usualTokens,
    { error: 'invalid_grant', error_description: 'gone' },
    /auth\.example gives no new access token for secrets\/joe\.oauth \(invalid_grant\): run/,
    true,
  ],
  ['an error with letters for a terminal', usualTokens, { error: '\u001b[31m' }, /nothing that is understood/, false],
  [
    'no network',
    usualTokens,
    new Error('connect ECONNREFUSED'),
    /auth\.example gave no new access token: connect ECONNREFUSED/,
    false,
  ],
  ['a page in place of an answer', usualTokens, '<html>', /status 200 and nothing that is understood/, false],
  ['an answer without end', usualTokens, `{"access_token":"${'a'.repeat(70_000)}"}`, /its reply is too long/, false],
  ['no token in it', usualTokens, { token_type: 'Bearer' }, /nothing that is understood/, false],
];

for (const [what, file, reply, why, isLasting] of failing) {
  test(`tokens: ${what} → none, and the provider is left alone for a while`, async t => {
    const { home } = tokenHome(t, file);
    const clock = steppedClock(nowMs);
    const { fetch, forms } = provider(reply, reply, reply);
    const tokens = createAccessTokens({ home, clock, fetch });
    const found = await tokens.get(name);
    assert.match(found.kind === 'problem' ? found.why : found.kind, why);
    assert.equal(found.kind === 'problem' && found.isLasting, isLasting);
    const asked = forms.length;
    assert.deepEqual(await tokens.get(name), found);
    assert.equal(forms.length, asked);
    clock.pass(isLasting ? 15 * 60_000 : 60_000);
    await tokens.get(name);
    assert.equal(forms.length, asked * 2);
  });
}

test('tokens: a provider that does not answer → given up after half a minute', async t => {
  const { home } = tokenHome(t, usualTokens);
  const clock = steppedClock(nowMs);
  const tokens = createAccessTokens({
    home,
    clock,
    fetch: (_url, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  });
  const found = tokens.get(name);
  clock.pass(30_000);
  assert.deepEqual(await found, {
    kind: 'problem',
    isLasting: false,
    why: 'auth.example gave no new access token: no answer in time',
  });
});

test('tokens: one that a server refuses → a new one; a new one that is refused too → kept', async t => {
  const { home } = tokenHome(t, { ...usualTokens, accessToken: 'old' });
  const { fetch, forms } = provider({ access_token: 'new' }, { access_token: 'newer' });
  const clock = steppedClock(nowMs);
  const tokens = createAccessTokens({ home, clock, fetch });
  tokens.rejected(name, 'old');
  assert.deepEqual(await tokens.get(name), { kind: 'token', text: 'new' });
  tokens.rejected(name, 'new');
  assert.deepEqual(await tokens.get(name), { kind: 'token', text: 'new' });
  clock.pass(5 * 60_000);
  tokens.rejected(name, 'new');
  assert.deepEqual(await tokens.get(name), { kind: 'token', text: 'newer' });
  assert.equal(forms.length, 2);
});

test('tokens: written again after the provider said no → asked at once', async t => {
  const { home } = tokenHome(t, usualTokens);
  const { fetch } = provider({ error: 'invalid_grant' }, { access_token: 'new' });
  const tokens = createAccessTokens({ home, clock: steppedClock(nowMs), fetch });
  assert.equal((await tokens.get(name)).kind, 'problem');
  tokenHome(t, { ...usualTokens, refreshToken: 'refresh-9' }, home);
  assert.deepEqual(await tokens.get(name), { kind: 'token', text: 'new' });
});
