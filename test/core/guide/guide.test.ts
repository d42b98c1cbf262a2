// The guide with servers that are played: what each step tells and advises, and that nothing is written before it works.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ApiError } from '../../../core/api/errors.ts';
import type { ProviderAnswers, Trial } from '../../../core/api/guide.ts';
import { createGuide } from '../../../core/guide/guide.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const answers: ProviderAnswers = {
  role: 'provider',
  account: '',
  name: 'Ann',
  address: 'ann@shore.example',
  user: 'ann',
  password: 'sesame',
  sending: { host: 'smtp.shore.example', port: 465, tls: 'implicit' },
  fetching: { protocol: 'imap', host: 'imap.shore.example', port: 993, tls: 'implicit' },
  authority: '',
};

interface Played {
  readonly addresses?: readonly string[];
  readonly connection?: string;
  readonly login?: { readonly code: number; readonly says: string };
  readonly mailbox?: string;
  readonly send?: { readonly code: number; readonly says: string };
  readonly arrives?: boolean;
}

function play(t: TestContext, played: Played = {}) {
  const home = tempDir(t);
  for (const name of ['control', 'secrets']) mkdirSync(join(home, name), { mode: 0o700 });
  writeFileSync(join(home, 'control/me'), 'here.example\n');
  const clock = steppedClock(0);
  const told: string[] = [];
  const failed = ({ code, says }: { code: number; says: string }) => ({ ok: false, says: [says], code }) as const;
  const done = { ok: true, says: ['ok'] } as const;
  const { handlers } = createGuide({
    ...{ home, clock, name: () => '', ownAddress: () => 'ines@here.example', hasLinks: () => false },
    dns: { mx: async () => [], srv: async () => [], hasAddress: async () => false },
    lookUp: async () => played.addresses ?? ['192.0.2.1'],
    async openRelay() {
      if (played.connection !== undefined) return { ok: false, says: [played.connection], code: undefined };
      return {
        says: ['connected'],
        logIn: async ({ secret }) => {
          told.push(secret.reveal());
          return played.login ? failed(played.login) : done;
        },
        send: async () => (played.send ? failed(played.send) : done),
        close: () => told.push('closed'),
      };
    },
    async openMailbox() {
      if (played.mailbox !== undefined) throw new Error(played.mailbox);
      return { says: ['open'], has: async () => played.arrives !== false, close: () => {} };
    },
    unique: () => 'x',
    presentHost: () => ({ role: 'local', me: 'here.example', domains: 'here.example' }),
    planHost: () => [],
    checkNames: async () => ({ ok: true, says: [] }),
    prepare: async () => {},
    saved: async name => void told.push(`saved ${name}`),
  });
  async function run(some: Partial<ProviderAnswers> = {}): Promise<{ trial: string; seen: Trial }> {
    const { trial } = await handlers['guide.try']({ ...answers, ...some });
    const seen = await until('the end of the trial', async () => {
      clock.pass(3000);
      const now = await handlers['guide.trial']({ trial, after: -1 });
      return now.state === 'running' ? undefined : now;
    });
    return { trial, seen };
  }
  const isThere = (path: string) => existsSync(join(home, path));
  return { home, handlers, run, told, isThere };
}

const failures: readonly [circumstance: string, played: Played, step: string, advice: RegExp][] = [
  ['a name that does not exist', { addresses: [] }, 'dns', /^Compare the name of the server/],
  ['a port that does not answer', { connection: 'unable to connect: it does not answer' }, 'tls', /try 465 and 587/],
  [
    'a certificate of somebody else',
    { connection: 'its certificate cannot be verified: the certificate is not for smtp.shore.example.' },
    'tls',
    /must be the one in its certificate/,
  ],
  [
    'an expired certificate',
    { connection: 'the certificate has expired' },
    'tls',
    /Is the clock of this machine right/,
  ],
  [
    'an unknown authority',
    { connection: 'the certificate is signed by an authority that is not known here' },
    'tls',
    /somebody may be between/,
  ],
  ['STARTTLS at a port with TLS', { connection: 'TLS failed: wrong version number.' }, 'tls', /other kind of TLS/],
  [
    'a wrong password',
    { login: { code: 535, says: 'refused the login: 535' } },
    'login-sending',
    /^Compare the user name/,
  ],
  ['an app password wanted', { login: { code: 534, says: 'refused the login: 534' } }, 'login-sending', /app password/],
  [
    'a login for fetching refused',
    { mailbox: 'refuses the login of ann: no sesame' },
    'login-fetching',
    /^Compare the user/,
  ],
  [
    'a sender that is not theirs',
    { send: { code: 553, says: '553 not yours' } },
    'send',
    /addresses that are yours there/,
  ],
  ['a server that is busy', { send: { code: 451, says: '451 later' } }, 'send', /try again in a few minutes/],
];

for (const [circumstance, played, failing, advice] of failures) {
  test(`guide: ${circumstance} → ${failing} fails, with what to do; nothing can be saved`, async t => {
    const { handlers, run, isThere } = play(t, played);
    const { trial, seen } = await run();
    assert.equal(seen.state, 'failed');
    const step = seen.steps.find(({ state }) => state === 'failed');
    assert.equal(step?.step, failing);
    assert.match(step?.advice ?? '', advice);
    assert.ok(!JSON.stringify(seen).includes('sesame'));
    await assert.rejects(
      handlers['guide.save']({ trial }),
      (error: unknown) => error instanceof ApiError && error.code === 'guide-not-tried',
    );
    assert.deepEqual(['control/smtproutes', 'secrets/shore', 'control/fetch'].filter(isThere), []);
  });
}

test('guide: all of it works → saved once, the connection is closed; another trial is gone', async t => {
  const { home, handlers, run, told, isThere } = play(t);
  const { trial, seen } = await run();
  assert.deepEqual(
    seen.steps.map(({ step, state }) => `${step} ${state}`),
    ['dns done', 'tls done', 'login-sending done', 'login-fetching done', 'send done', 'receive done'],
  );
  assert.ok(!isThere('secrets/shore'));
  const { files } = await handlers['guide.save']({ trial });
  assert.deepEqual(
    files,
    seen.files.map(({ path }) => path),
  );
  assert.equal(readFileSync(join(home, 'secrets/shore'), 'utf8'), 'sesame\n');
  assert.deepEqual(told, ['sesame', 'closed', 'saved Ann']);
  await assert.rejects(handlers['guide.save']({ trial }), /Other answers are being tried/);
  const { role, accounts } = await handlers['guide.present']({});
  assert.deepEqual([role, accounts], ['provider', [{ ...answers, account: 'shore', name: '', password: '' }]]);
});

test('guide: the message does not come back → not certain after two minutes, and can be saved', async t => {
  const { handlers, run, isThere } = play(t, { arrives: false });
  const { trial, seen } = await run();
  assert.equal(seen.state, 'unsure');
  await handlers['guide.save']({ trial });
  assert.ok(isThere('secrets/shore'));
});

test('guide: no password → the stored one; none is stored → refused', async t => {
  const { handlers, run, told } = play(t);
  await assert.rejects(run({ password: '' }), /There is no stored password: secrets\/shore does not exist/);
  await handlers['guide.save']({ trial: (await run()).trial });
  await run({ password: '' });
  assert.deepEqual(told.filter(word => word === 'sesame').length, 2);
});

test('guide: an app password with its blanks → without them', async t => {
  const { run, told } = play(t);
  await run({ password: 'abcd efgh', sending: { host: 'smtp.gmail.com', port: 465, tls: 'implicit' }, fetching: null });
  assert.equal(told[0], 'abcdefgh');
});

test('guide: stopped while the message is awaited → stopped, and not saved', async t => {
  const { handlers } = play(t, { arrives: false });
  const { trial } = await handlers['guide.try'](answers);
  const at = (state: string) => async () =>
    (await handlers['guide.trial']({ trial, after: -1 })).steps.some(
      one => one.state === state && one.step === 'receive',
    );
  await until('the last step', at('running'));
  await handlers['guide.stop']({ trial });
  await until('the end', async () => (await handlers['guide.trial']({ trial, after: -1 })).state === 'stopped');
  await assert.rejects(handlers['guide.save']({ trial }), /not tried with success/);
});
