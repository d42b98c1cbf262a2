// An account's file: every word, and every mistake with its line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { serverOf } from '../../../../core/control/fetch/account.ts';
import { parseAccount } from '../../../../core/control/fetch/account-file.ts';
import { accountWords } from '../../../../core/control/fetch/account-words.ts';
import { describeAccount } from '../../../../core/control/fetch/describe-account.ts';

const problemsOf = (text: string, name = 'provider') =>
  parseAccount(name, text).problems.map(({ line, text }) => `${line ?? '-'}: ${text}`);

const needed = 'server imap.provider.example\nuser ines@provider.example\nsecret provider\nto ines@here.example\n';

test('an account with everything → each word is where it belongs', () => {
  const { account, problems } = parseAccount(
    'provider',
    `# of the harbour office
protocol imap
server [fd00::1]:1993
tls starttls
user ines
secret of-ines
authority /etc/ca.pem
to inès@here.example
multidrop Here.Example
keep 30
folder INBOX
folder Lists/Boats
spam-folder Junk mail
max-bytes 5000
every 0
idle yes
`,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    { ...account },
    {
      name: 'provider',
      protocol: 'imap',
      server: { host: 'fd00::1', port: 1993 },
      tls: 'starttls',
      user: 'ines',
      secret: 'of-ines',
      authority: '/etc/ca.pem',
      to: 'in\xc3\xa8s@here.example',
      multidrop: 'here.example',
      keep: 30,
      folders: ['INBOX', 'Lists/Boats'],
      spamFolders: ['Junk mail'],
      largestBytes: 5000,
      everyMinutes: 0,
      idle: true,
    },
  );
});

test('an account with what it needs → keeps all, looks every 15 minutes, the usual port of its protocol', () => {
  const { account, problems } = parseAccount('provider', needed);
  assert.deepEqual(problems, []);
  const { keep, everyMinutes, folders, largestBytes, tls } = account;
  assert.deepEqual(
    { keep, everyMinutes, folders, largestBytes, tls, ...serverOf(account) },
    {
      keep: 'always',
      everyMinutes: 15,
      folders: ['INBOX'],
      largestBytes: 100_000_000,
      tls: 'implicit',
      host: 'imap.provider.example',
      port: 993,
    },
  );
});

const wrongs: readonly (readonly [what: string, lines: string, problem: string])[] = [
  ['a protocol that is none', 'protocol pop2', '5: protocol: it is pop3 or imap'],
  ['no TLS to another machine', 'tls none', '-: without TLS, everyone on the way to imap.provider.example could read'],
  ['a secret outside secrets/', 'secret ../passwd', '5: secret is there twice'],
  ['a relative path', 'authority ca.pem', '5: authority: write the whole path, from / on'],
  ['days that are none', 'keep 0', '5: keep: 0 is not a number from 1 to 3650'],
  ['folders of POP3', 'protocol pop3\nfolder INBOX', '-: POP3 has no folders'],
  ['IDLE of POP3', 'protocol pop3\nidle yes', '-: idle yes needs protocol imap'],
  ['one folder twice', 'folder A\nfolder A', '6: folder: A is there twice'],
  ['a folder that is unwanted mail too', 'folder A\nspam-folder A', '-: A is a folder and a spam-folder'],
  ['a word of links', 'carries x.example', "5: carries is not a word of an account's file"],
];
for (const [what, lines, problem] of wrongs) {
  test(`an account: ${what} → said with its line`, () => {
    const found = problemsOf(`${needed}${lines}\n`);
    assert.ok(found[0]?.startsWith(problem), found.join('\n'));
  });
}

test('an account: no TLS on this machine → allowed', () => {
  assert.deepEqual(problemsOf(`${needed.replace('imap.provider.example', '127.0.0.1:1143')}tls none\n`), []);
});

test('an empty file → each line that is missing', () => {
  assert.deepEqual(problemsOf(''), [
    '-: it has no server line',
    '-: it has no user line',
    '-: it has no secret line',
    '-: it has no to line: who gets the mail?',
  ]);
});

test('the name of an account → small letters and digits, never an option or a path', () => {
  for (const name of ['a', 'my-provider_2']) assert.deepEqual(problemsOf(needed, name), []);
  for (const name of ['', '-x', '.x', 'A', 'a/b', 'ä', 'a'.repeat(33)])
    assert.equal(problemsOf(needed, name).length, 1, name);
});

test('any text of words and values → is read, and said in sentences', () => {
  const word = fc.constantFrom(...Object.keys(accountWords), '#', 'x');
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      ...Object.values(accountWords).map(({ example }) => example),
      'pop3',
      'none',
      'always',
      'no',
      '127.0.0.1',
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(word, value)), lines => {
      const { account, problems } = parseAccount('x', lines.map(pair => pair.join(' ')).join('\n'));
      assert.ok(describeAccount(account).every(text => /[.]$/.test(text)));
      if (problems.length > 0) return;
      assert.ok(account.server && account.user !== '' && account.secret !== '');
      assert.ok(account.tls !== 'none' || ['127.0.0.1', 'localhost', '::1'].includes(account.server.host));
    }),
  );
});
