// The files that follow from the answers about a provider, and the answers that follow from the files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProviderAnswers } from '../../../core/api/guide.ts';
import { type PlannedFile, planProvider, planWithoutProvider } from '../../../core/guide/plan-files.ts';
import { nameForAccount, presentAccounts, presentRole } from '../../../core/guide/present-answers.ts';

const answers: ProviderAnswers = {
  role: 'provider',
  account: 'shore',
  name: 'Ann',
  address: 'ann@shore.example',
  user: 'ann',
  password: '',
  sending: { host: 'smtp.shore.example', port: 465, tls: 'implicit' },
  fetching: { protocol: 'imap', host: 'imap.shore.example', port: 993, tls: 'implicit' },
  authority: '',
};
type Files = Readonly<Record<string, string>>;
const filesOf = (files: Files) => ({ text: (name: string) => files[name] });
const plan = (some: Partial<ProviderAnswers>, files: Files = {}, others: readonly ProviderAnswers[] = []) =>
  planProvider({ answers: { ...answers, ...some }, account: 'shore', to: 'ines@here.example', others }, filesOf(files));
const texts = (planned: readonly PlannedFile[]) => Object.fromEntries(planned.map(({ path, text }) => [path, text]));
/** The files after the plan. */
function after(planned: readonly PlannedFile[], files: Files = {}): Files {
  const now = new Map(Object.entries(files));
  for (const { path, text } of planned) {
    const name = path.slice('control/'.length);
    if (text === undefined) now.delete(name);
    else now.set(name, text);
  }
  return Object.fromEntries(now);
}

const account =
  'protocol imap\nserver imap.shore.example:993\ntls implicit\nuser ann\nsecret shore\nto ines@here.example\nidle yes\n';
const first: Files = {
  'fetch/shore': account,
  smtproutes: ':smtp.shore.example:465|ann|@shore\n',
  allmailfrom: 'smtp.shore.example:ann@shore.example\n',
  identities: 'ann@shore.example\n',
};

test('planProvider: nothing there → route, address and account', () => {
  assert.deepEqual(after(plan({})), first);
});

test('planProvider: the same again → nothing changes', () => {
  assert.deepEqual(plan({}, first), []);
});

test('planProvider: other lines and comments → stay', () => {
  const files = {
    ...first,
    smtproutes: '# mine\nfar.example:relay.example\n:old.example\n',
    'fetch/shore': `# mine\n${account}keep 30\n`,
  };
  const server = { protocol: 'imap', host: 'new.shore.example', port: 143, tls: 'starttls' } as const;
  assert.deepEqual(texts(plan({ fetching: server }, files)), {
    'control/fetch/shore': `# mine\n${account
      .replace('imap.shore.example:993', 'new.shore.example:143')
      .replace('implicit', 'starttls')}keep 30\n`,
    'control/smtproutes': '# mine\nfar.example:relay.example\n:smtp.shore.example:465|ann|@shore\n',
  });
});

test('planProvider: POP3 → no folders and no IDLE; no fetching → no account', () => {
  const files = { ...first, 'fetch/shore': `${account}folder Lists\n` };
  const pop3 = { protocol: 'pop3', host: 'pop.shore.example', port: 995, tls: 'implicit' } as const;
  assert.deepEqual(texts(plan({ fetching: pop3 }, files)), {
    'control/fetch/shore':
      'protocol pop3\nserver pop.shore.example:995\ntls implicit\nuser ann\nsecret shore\nto ines@here.example\n',
  });
  assert.deepEqual(texts(plan({ fetching: null }, files)), { 'control/fetch/shore': undefined });
});

test('planProvider: an authority, an unusual port → tlsdestinations; usual again → its line goes', () => {
  const own = { authority: '/etc/ca.pem', sending: { ...answers.sending, port: 5870, tls: 'starttls' as const } };
  const files = after(plan(own, { ...first, tlsdestinations: 'other.example:\n' }), first);
  assert.equal(files.tlsdestinations, 'other.example:\nsmtp.shore.example:/etc/ca.pem\n');
  assert.match(files['fetch/shore'] ?? '', /\nauthority \/etc\/ca\.pem\n/);
  const implicit = after(plan({ sending: { ...answers.sending, port: 4650 } }, files), files);
  assert.equal(implicit.tlsdestinations, 'other.example:\nsmtp.shore.example:||;s4650\n');
  assert.equal(after(plan({}, implicit), implicit).tlsdestinations, 'other.example:\n');
});

test('planProvider: a second address at the same relay → its mail of programs keeps its sender; a line by hand stays', () => {
  const second = { address: 'bea@shore.example', user: 'bea' };
  const others = presentAccounts(filesOf(first), '');
  assert.equal(after(plan(second, first, others), first).allmailfrom, undefined);
  const byHand = { ...first, allmailfrom: 'smtp.shore.example:all@shore.example\n' };
  assert.equal(after(plan({}, byHand), byHand).allmailfrom, byHand.allmailfrom);
});

test('planProvider: a second address → a line of authsenders; the usual route stays', () => {
  const files = after(plan({ address: 'Ann@club.example', user: 'club' }, first), first);
  assert.equal(files.authsenders, 'ann@club.example:smtp.shore.example:465|club|@shore\n');
  assert.equal(files.smtproutes, first.smtproutes);
  assert.equal(files.identities, 'ann@shore.example\nAnn@club.example\n');
});

test('planWithoutProvider: → all of it is gone, and what is not of the guide stays', () => {
  const files = { ...first, smtproutes: `far.example:relay.example\n${first.smtproutes}`, 'fetch/other': 'x' };
  assert.deepEqual(after(planWithoutProvider(presentAccounts(filesOf(files), ''), filesOf(files)), files), {
    smtproutes: 'far.example:relay.example\n',
    'fetch/other': 'x',
  });
});

test('presentAccounts: the files of a plan → its answers', () => {
  for (const some of [
    {},
    { fetching: null },
    { authority: '/etc/ca.pem', sending: { ...answers.sending, port: 5870, tls: 'starttls' as const } },
    { sending: { ...answers.sending, port: 4650 } },
    { user: 'ännchen@shore.example', address: 'änn@shore.example' },
  ]) {
    const files = after(plan(some));
    assert.deepEqual(presentAccounts(filesOf(files), 'Ann'), [{ ...answers, ...some }]);
    assert.equal(presentRole(filesOf(files), true, presentAccounts(filesOf(files), 'Ann')), 'provider');
  }
});

const roles: readonly [files: Files, hasLinks: boolean, expected: string][] = [
  [{ me: 'here.example\n', locals: 'here.example\nlocalhost\n' }, false, 'local'],
  [{ me: 'here.example\n', locals: 'here.example\nlocalhost\nshore.example\n' }, false, 'exchanger'],
  [{ me: 'here.example\n' }, true, 'hub'],
];
for (const [files, hasLinks, expected] of roles) {
  test(`presentRole: ${JSON.stringify(files)}, ${hasLinks ? 'links' : 'no links'} → ${expected}`, () => {
    assert.equal(presentRole(filesOf(files), hasLinks, []), expected);
  });
}

const names: readonly [address: string, taken: readonly string[], expected: string][] = [
  ['ann@gmail.com', [], 'gmail'],
  ['ann@Gmail.com', ['gmail', 'gmail-2'], 'gmail-3'],
  ['ann@küste.example', [], 'kste'],
  ['ann@--.example', [], 'provider'],
  [`ann@${'a'.repeat(60)}.example`, [], 'a'.repeat(28)],
];
for (const [address, taken, expected] of names) {
  test(`nameForAccount: ${address}, taken: ${taken.join(' ')} → ${expected}`, () => {
    assert.equal(nameForAccount(address, new Set(taken)), expected);
  });
}
