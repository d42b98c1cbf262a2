// How tokens are got: by a browser on this machine with PKCE, and with a code for any browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../../../core/lib/clock.ts';
import { planVisit, readReturn, redeemCode } from '../../../../core/login/oauth/authorization.ts';
import { followDeviceFlow } from '../../../../core/login/oauth/device-flow.ts';
import { openLoopback } from '../../../../core/login/oauth/loopback.ts';
import { type OAuthProvider, providers } from '../../../../core/login/oauth/providers.ts';
import { provider } from '../../../support/login/token-home.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';

const nowMs = Date.parse('2026-11-30T12:00:00Z');
const client = { clientId: 'client-of-joe', clientSecret: 'of-client' };
const kept = { tokenEndpoint: 'https://auth.example/token', scope: 'mail', ...client };
const site = {
  title: 'Example',
  authorizationEndpoint: 'https://auth.example/agree',
  tokenEndpoint: 'https://auth.example/token',
  deviceEndpoint: 'https://auth.example/device',
  scope: 'mail',
  parameters: { prompt: 'consent' },
  loopback: '127.0.0.1',
  relay: 'smtp.example:465',
} as const satisfies OAuthProvider;

test('PKCE: the example of RFC 7636 appendix B → its challenge; the address has all that the provider needs', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const { url } = planVisit(site, client, 'http://127.0.0.1:1234/', () => verifier);
  assert.deepEqual(Object.fromEntries(new URL(url).searchParams), {
    response_type: 'code',
    client_id: 'client-of-joe',
    redirect_uri: 'http://127.0.0.1:1234/',
    scope: 'mail',
    state: verifier,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    prompt: 'consent',
  });
});

test('PKCE: two visits → nothing that can be guessed from the other', () => {
  const visits = [1, 2].map(() => planVisit(site, client, 'http://127.0.0.1/'));
  assert.equal(new Set(visits.flatMap(({ state, verifier }) => [state, verifier])).size, 4);
});

const returns: [target: string, expected: ReturnType<typeof readReturn>][] = [
  ['/?code=abc&state=s1', { kind: 'code', code: 'abc' }],
  ['/?error=access_denied&state=s1', { kind: 'refused', error: 'access_denied' }],
  ['/?state=s1', { kind: 'refused', error: 'no code' }],
  ['/?code=abc&state=s2', undefined],
  ['/?code=abc', undefined],
  ['/favicon.ico', undefined],
  ['//', undefined],
];

for (const [target, expected] of returns) {
  test(`return: ${target} → ${expected?.kind ?? 'not ours'}`, () =>
    assert.deepEqual(readReturn(target, 's1'), expected));
}

test('authorization: the browser comes back after strangers have knocked → the code is exchanged for tokens', async t => {
  const loopback = await openLoopback(systemClock);
  t.after(loopback.close);
  const { fetch: endpoint, forms } = provider({ access_token: 'a1', refresh_token: 'r1', expires_in: 3600 });
  const visit = planVisit(site, client, `http://127.0.0.1:${loopback.port}/`);
  const back = loopback.wait(visit.state);
  const statuses = await Promise.all(
    ['favicon.ico', '?code=stolen&state=guessed'].map(async path => (await fetch(visit.redirectUri + path)).status),
  );
  assert.deepEqual(statuses, [404, 404]);
  const page = await fetch(`${visit.redirectUri}?code=the-code&state=${visit.state}`);
  assert.match(await page.text(), /You can close this page/);
  assert.deepEqual(await back, { kind: 'code', code: 'the-code' });
  const deps = { fetch: endpoint, clock: steppedClock(nowMs) };
  assert.deepEqual(await redeemCode(deps, site, client, visit, 'the-code'), {
    kind: 'value',
    value: { ...kept, accessToken: 'a1', refreshToken: 'r1', expiresAt: '2026-11-30T13:00:00.000Z' },
  });
  assert.deepEqual(forms, [
    {
      ...{ grant_type: 'authorization_code', code: 'the-code', redirect_uri: visit.redirectUri },
      ...{ code_verifier: visit.verifier, client_id: 'client-of-joe', client_secret: 'of-client' },
    },
  ]);
});

test('authorization: a browser that never comes back → given up after ten minutes', async t => {
  const clock = steppedClock(nowMs);
  const loopback = await openLoopback(clock);
  t.after(loopback.close);
  const back = loopback.wait('state');
  clock.pass(600_000);
  assert.equal(await back, undefined);
});

const begun = {
  device_code: 'd1',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://auth.example/go',
  expires_in: 900,
};

/** Follows the flow with answers one by one; whatever it waits for comes at once. */
async function follow(...replies: readonly (object | Error)[]) {
  const pauses: number[] = [];
  let passedMs = 0;
  const clock: Clock = {
    nowMs: () => nowMs + passedMs,
    after(ms, run) {
      // The time limit of a request.
      if (ms === 30_000) return () => {};
      passedMs += ms;
      pauses.push(ms / 1000);
      queueMicrotask(run);
      return () => {};
    },
  };
  const { fetch, forms } = provider(...replies);
  const told: string[] = [];
  const reply = await followDeviceFlow({ fetch, clock }, site, client, (uri, code) => told.push(uri, code));
  return { reply, told, forms, pauses };
}

test('device flow: pending, slow down, agreed → asked less often, then tokens', async () => {
  const { reply, told, forms, pauses } = await follow(
    begun,
    { error: 'authorization_pending' },
    { error: 'slow_down' },
    { access_token: 'a1', refresh_token: 'r1' },
  );
  assert.deepEqual(told, ['https://auth.example/go', 'ABCD-EFGH']);
  assert.deepEqual(reply, { kind: 'value', value: { ...kept, accessToken: 'a1', refreshToken: 'r1' } });
  assert.deepEqual(pauses, [5, 5, 10]);
  assert.deepEqual(forms[0], { client_id: 'client-of-joe', scope: 'mail' });
  assert.equal(forms[1]?.device_code, 'd1');
});

test('device flow: the person says no, or never comes → the end', async () => {
  assert.deepEqual((await follow(begun, { error: 'access_denied' })).reply, {
    kind: 'rejected',
    error: 'access_denied',
  });
  const late = await follow(
    { ...begun, expires_in: 7 },
    { error: 'authorization_pending' },
    { error: 'authorization_pending' },
  );
  assert.deepEqual(late.reply, { kind: 'rejected', error: 'expired_token' });
});

test('device flow: a place to go that is not a site within TLS → nobody is sent there', async () => {
  const { reply, told } = await follow({ ...begun, verification_uri: 'javascript:alert(1)' });
  assert.deepEqual([reply.kind, told], ['failed', []]);
});

for (const [name, { authorizationEndpoint, tokenEndpoint, relay }] of Object.entries(providers)) {
  test(`provider ${name}: its endpoints → within TLS; its relay has a port`, () => {
    for (const endpoint of [authorizationEndpoint, tokenEndpoint]) assert.equal(new URL(endpoint).protocol, 'https:');
    assert.match(relay, /^[a-z0-9.-]+:(?:465|587)$/);
  });
}
