// Logins against a server that keeps to the RFCs, and against servers that do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { logIn } from '../../../core/login/log-in.ts';
import { mechanismsFor } from '../../../core/login/mechanisms.ts';
import { type Credential, secretOf } from '../../../core/login/secret.ts';
import { carryLogin } from '../../support/login/carry.ts';
import { type Account, type SaslServer, saslServers, scramServer } from '../../support/login/sasl-server.ts';

const bytesOf = (text: string) => Buffer.from(text).toString('latin1');
const isToken = (mechanism: string) => /OAUTH/.test(mechanism);

function credentialOf(mechanism: string, { user, password }: Account): Credential {
  return { kind: isToken(mechanism) ? 'token' : 'password', user, secret: secretOf(password) };
}

const words = fc.string({
  minLength: 1,
  maxLength: 20,
  unit: fc.constantFrom('a', 'B', '=', ',', ' ', 'é', '☃', '"', '\\'),
});
const tokens = fc
  .string({
    minLength: 1,
    maxLength: 900,
    unit: fc.constantFrom('a', 'Z', '0', '.', '_', '~', '+', '/', '=', '-'),
  })
  .map(text => `ya29.${text}`);

for (const [mechanism, serve] of Object.entries(saslServers)) {
  test(`login: ${mechanism}, any user and password → in; with another password refused`, async () => {
    const secrets = isToken(mechanism) ? tokens : words;
    const initials = fc.constantFrom(0, 500);
    await fc.assert(
      fc.asyncProperty(words, secrets, secrets, initials, async (name, right, wrong, longestInitial) => {
        fc.pre(right !== wrong);
        const account = { user: bytesOf(name), password: bytesOf(right) };
        for (const password of [right, wrong]) {
          const credential = credentialOf(mechanism, { ...account, password: bytesOf(password) });
          const servers = { [mechanism]: serve(account) };
          const request = { credential, offered: [mechanism.toLowerCase()], isEncrypted: true };
          const { end } = await carryLogin(servers, request, longestInitial);
          const said = end.kind === 'refused' ? end.said : undefined;
          const told = said === undefined ? {} : { said };
          const refused = { kind: 'refused', mechanism, reply: 'failure', ...told };
          assert.deepEqual(end, password === right ? { kind: 'logged-in', mechanism } : refused);
          if (password === wrong && isToken(mechanism)) assert.match(said ?? '', /invalid_token/);
        }
      }),
      { numRuns: mechanism.startsWith('SCRAM') ? 15 : 60 },
    );
  });

  test(`login: ${mechanism}, a server that asks again and again → given up after a few lines`, async () => {
    const account = { user: 'joe', password: 'secret' };
    const honest = serve(account);
    const endless: SaslServer = response => {
      const step = honest(response);
      return step.kind === 'challenge' ? step : { kind: 'challenge', raw: Buffer.from('more') };
    };
    const request = { credential: credentialOf(mechanism, account), offered: [mechanism], isEncrypted: true };
    const { end, lines } = await carryLogin({ [mechanism]: endless }, request);
    assert.equal(end.kind, 'broken');
    assert.equal(lines.at(-1), '*');
    assert.ok(lines.length <= 5, lines.join('\n'));
  });
}

const joe: Account = { user: 'joe', password: 'tanstaaf' };
const credential = credentialOf('PLAIN', joe);

const choices: readonly [offered: string, isEncrypted: boolean, kind: Credential['kind'], names: string][] = [
  ['LOGIN PLAIN', true, 'password', 'PLAIN LOGIN'],
  ['login plain', false, 'password', ''],
  ['PLAIN CRAM-MD5 SCRAM-SHA-256 GSSAPI', true, 'password', 'SCRAM-SHA-256 CRAM-MD5 PLAIN'],
  ['PLAIN CRAM-MD5 SCRAM-SHA-1', false, 'password', 'SCRAM-SHA-1 CRAM-MD5'],
  ['PLAIN XOAUTH2 OAUTHBEARER', true, 'token', 'OAUTHBEARER XOAUTH2'],
  ['PLAIN XOAUTH2 OAUTHBEARER', false, 'token', ''],
  ['PLAIN LOGIN', true, 'token', ''],
  ['XOAUTH2', true, 'password', ''],
  ['SCRAM-SHA-256-PLUS', true, 'password', ''],
  ['', true, 'password', ''],
];

for (const [offered, isEncrypted, kind, names] of choices) {
  const where = isEncrypted ? 'inside TLS' : 'in the clear';
  test(`mechanisms: ${offered || 'none'} offered ${where}, a ${kind} → ${names || 'none'}`, () => {
    const found = mechanismsFor(offered.split(' '), { kind }, isEncrypted);
    assert.equal(found.map(({ name }) => name).join(' '), names);
  });
}

test('login: nothing in common → nothing is sent', async () => {
  const { end, lines } = await carryLogin({}, { credential, offered: ['PLAIN'], isEncrypted: false });
  assert.deepEqual([end, lines], [{ kind: 'none' }, []]);
});

test('login: a mechanism that is offered and not there → the next one', async () => {
  const servers = { LOGIN: saslServers.LOGIN(joe) };
  const { end, lines } = await carryLogin(servers, {
    credential,
    offered: ['SCRAM-SHA-256', 'CRAM-MD5', 'LOGIN'],
    isEncrypted: true,
  });
  assert.deepEqual(end, { kind: 'logged-in', mechanism: 'LOGIN' });
  assert.deepEqual(
    lines.map(line => line.split(' ')[0]),
    ['SCRAM-SHA-256', 'CRAM-MD5', 'LOGIN', 'am9l', 'dGFuc3RhYWY='],
  );
});

test('login: a password that SCRAM cannot carry → the next mechanism', async () => {
  const account = { user: 'joe', password: 'caf\xe9' };
  const servers = { PLAIN: saslServers.PLAIN(account) };
  const request = {
    credential: credentialOf('PLAIN', account),
    offered: ['SCRAM-SHA-256', 'PLAIN'],
    isEncrypted: true,
  };
  const { end, lines } = await carryLogin(servers, request);
  assert.deepEqual([end, lines.length], [{ kind: 'logged-in', mechanism: 'PLAIN' }, 1]);
});

test('login: a password with a NUL → broken, nothing is sent', async () => {
  const odd = credentialOf('PLAIN', { user: 'joe', password: 'a\0b' });
  const { end, lines } = await carryLogin({}, { credential: odd, offered: ['PLAIN'], isEncrypted: true });
  assert.deepEqual([end.kind, lines], ['broken', []]);
});

/** A server that answers each line with the next of these. */
function scripted(...steps: readonly (string | 'success' | 'failure')[]): SaslServer {
  const left = [...steps];
  return () => {
    const step = left.shift() ?? 'failure';
    return step === 'success' || step === 'failure' ? { kind: step } : { kind: 'challenge', raw: Buffer.from(step) };
  };
}

const salt = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const hostileScram: readonly [what: string, why: RegExp, ...steps: string[]][] = [
  ['another nonce', /nonce/, `r=other,s=${salt},i=4096`],
  ['our nonce alone', /nonce/, `r=nonce,s=${salt},i=4096`],
  ['few iterations', /fewer than 4096/, `r=nonceX,s=${salt},i=4095`],
  ['an iteration of 0', /first message/, `r=nonceX,s=${salt},i=0`],
  ['iterations for hours', /more than/, `r=nonceX,s=${salt},i=4294967295`],
  ['iterations without end', /first message/, `r=nonceX,s=${salt},i=${'9'.repeat(400)}`],
  ['no salt', /first message/, 'r=nonceX,s=,i=4096'],
  ['salt that is not base64', /first message/, 'r=nonceX,s=a b,i=4096'],
  ['a mandatory extension', /first message/, `m=x,r=nonceX,s=${salt},i=4096`],
  ['a forged signature', /signature/, `r=nonceX,s=${salt},i=4096`, `v=${Buffer.alloc(32).toString('base64')}`],
  ['a short signature', /signature/, `r=nonceX,s=${salt},i=4096`, 'v=AAAA'],
  ['no signature', /success/, `r=nonceX,s=${salt},i=4096`, 'success'],
  ['success at once', /success/, 'success'],
];

for (const [what, why, ...steps] of hostileScram) {
  test(`SCRAM: a server with ${what} → broken`, async () => {
    const request = { credential, offered: ['SCRAM-SHA-256'], isEncrypted: true, nonce: () => 'nonce' };
    const { end } = await carryLogin({ 'SCRAM-SHA-256': scripted(...steps) }, request);
    assert.match(end.kind === 'broken' ? end.why : end.kind, why);
  });
}

test('SCRAM: an error, and success all the same → broken', async () => {
  const request = { credential, offered: ['SCRAM-SHA-256'], isEncrypted: true, nonce: () => 'nonce' };
  const server = scripted(`r=nonceX,s=${salt},i=4096`, 'e=unknown-user', 'success');
  assert.equal((await carryLogin({ 'SCRAM-SHA-256': server }, request)).end.kind, 'broken');
});

test('SCRAM: a password typed in another way, blanks and ligatures → the same password', async () => {
  const server = scramServer('sha256', { user: 'joe', password: bytesOf('fi \u00e9') });
  const typed = credentialOf('SCRAM-SHA-256', { user: 'joe', password: bytesOf('\ufb01\u00a0e\u0301\u00ad') });
  const request = { credential: typed, offered: ['SCRAM-SHA-256'], isEncrypted: true };
  const { end } = await carryLogin({ 'SCRAM-SHA-256': server }, request);
  assert.equal(end.kind, 'logged-in');
});

const oddChallenges: readonly [what: string, base64: string][] = [
  ['not base64', 'Username:'],
  ['base64 without padding', 'YWJjZA'],
  ['a comma within base64', 'YW,j'],
  ['10 MB', 'A'.repeat(10_000_000)],
];

for (const [what, base64] of oddChallenges) {
  test(`login: a challenge that is ${what} → cancelled`, async () => {
    const lines: string[] = [];
    const carrier = {
      longestInitial: 500,
      start: async () => ({ kind: 'challenge', base64 }) as const,
      respond: async (line: string) => {
        lines.push(line);
        return { kind: 'success', reply: '' } as const;
      },
      cancel: async () => lines.push('*'),
    };
    const end = await logIn(carrier, { credential, offered: ['LOGIN'], isEncrypted: true });
    assert.deepEqual([end.kind, lines], ['broken', ['*']]);
  });
}

test('login: a token longer than the line of a command → sent when the server asks, or not at all beyond the limit', async () => {
  for (const [length, kind] of [
    [4000, 'logged-in'],
    [20_000, 'broken'],
  ] as const) {
    const account = { user: 'joe', password: 'x'.repeat(length) };
    const servers = { XOAUTH2: saslServers.XOAUTH2(account) };
    const request = { credential: credentialOf('XOAUTH2', account), offered: ['XOAUTH2'], isEncrypted: true };
    const { end, lines } = await carryLogin(servers, request);
    assert.deepEqual([end.kind, lines[0]], [kind, 'XOAUTH2']);
  }
});

test('login: a challenge where the server should ask for the response → nothing of the secret is sent', async () => {
  const request = { credential, offered: ['PLAIN'], isEncrypted: true };
  const { end, lines } = await carryLogin({ PLAIN: scripted('Password:') }, request, 0);
  assert.deepEqual([end.kind, lines], ['broken', ['PLAIN', '*']]);
});

test('secret: printed, inspected, in JSON, in what a server quotes → not shown', () => {
  const marker = 'marker-hunter2';
  const shown = { kind: 'password', user: 'joe', secret: secretOf(marker) } as const;
  const quoted = ['', '\0joe\0', '\0joes\0', 'user=joe\x01'].map(before =>
    Buffer.from(`${before}${marker}`).toString('base64'),
  );
  const texts = [
    inspect(shown, { depth: 9, showHidden: true }),
    JSON.stringify(shown),
    String(shown.secret),
    shown.secret.hideIn(`535 no: ${marker} ${quoted.join(' ')}`),
  ];
  for (const text of texts) {
    assert.doesNotMatch(text, /hunter2/);
    for (const base64 of quoted) assert.ok(!text.includes(base64.slice(-12, -4)), text);
  }
});

test('login: a server that answers anything, with any mechanism → ends within a few lines, and never succeeds unproved', async () => {
  const texts = fc.oneof(
    fc.constantFrom('', 'r=nonceX,s=c2FsdA==,i=4096', 'v=AAAA', 'e=no', 'Username:', '{"status":"401"}'),
    fc.string({ maxLength: 40, unit: 'binary' }),
  );
  const steps = fc.array(fc.oneof(texts, fc.constantFrom('success' as const, 'failure' as const)), { maxLength: 8 });
  const names = Object.keys(saslServers);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), steps, fc.constantFrom(0, 500), async (mechanism, script, initial) => {
      const request = {
        credential: credentialOf(mechanism, joe),
        offered: [mechanism],
        isEncrypted: true,
        nonce: () => 'nonce',
      };
      const { end, lines } = await carryLogin({ [mechanism]: scripted(...script) }, request, initial);
      assert.ok(lines.length <= 5, lines.join('\n'));
      if (mechanism.startsWith('SCRAM')) assert.notEqual(end.kind, 'logged-in');
    }),
    { numRuns: 300 },
  );
});
