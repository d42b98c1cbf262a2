// What qmail-showctl and `waypost check` say about links: every mistake with its file and line, and each link in words.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { explainConfiguration } from '../../../../core/control/check/configuration.ts';
import { linkWords } from '../../../../core/control/links/link-words.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const usual = { 'control/me': 'me.example\n', 'control/locals': 'me.example\n', 'control/rcpthosts': '.example\n' };

/** A home with these files beside those that it needs; rcpthosts also accepts all of .example. */
function home(t: TestContext, files: Readonly<Record<string, string>>): string {
  const path = tempDir(t);
  mkdirSync(join(path, 'users'));
  for (const [name, text] of Object.entries({ ...usual, ...files })) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

async function codes(path: string): Promise<string[]> {
  const { findings } = await explainConfiguration(path, undefined);
  return findings
    .filter(({ code }) => code !== 'rcpthosts-not-delivered')
    .map(({ severity, code, file, line }) => {
      return `${severity === 'note' ? 'note ' : ''}${file}${line === undefined ? '' : `:${line}`} ${code}`;
    });
}

const server = 'server 10.0.0.1\n';
const cases: [what: string, files: Record<string, string>, expected: string[]][] = [
  ['a link in which all is well', { 'control/links/kiss': `carries kiss.example\n${server}` }, []],
  ['the files of editors', { 'control/links/kiss~': 'x', 'control/links/.kiss.swp': 'x' }, []],
  [
    'lines that mean nothing, each with its number',
    { 'control/links/kiss': `# radio\ncaries a.example\n${server}window mon-fri\nlifetime 3\nserver b.example\n` },
    [
      'control/links/kiss:2 link-problem',
      'control/links/kiss:4 link-problem',
      'control/links/kiss:5 link-problem',
      'control/links/kiss:6 link-problem',
    ],
  ],
  [
    'windows that never open',
    { 'control/links/kiss': `${server}window daily 06:00-06:00\nwindow daily 24:00-24:00\n` },
    ['control/links/kiss:2 link-problem', 'control/links/kiss:3 link-problem'],
  ],
  ['an empty file', { 'control/links/kiss': '' }, ['control/links/kiss link-problem']],
  ['a name that is none', { 'control/links/Kiss-1': server }, ['control/links/Kiss-1 link-problem']],
  [
    'a file in place of the directory',
    { 'control/links': server },
    ['control unusable', 'control/links links-unreadable'],
  ],
  [
    'a domain that two links carry',
    {
      'control/links/a': `carries kiss.example *\n${server}`,
      'control/links/b': `${server}# both\ncarries x.example Kiss.example\ncarries *\n`,
    },
    ['control/links/b:3 link-domain-twice', 'control/links/b:4 link-domain-twice'],
  ],
  [
    'domains that are local or virtual',
    {
      'control/links/kiss': `${server}carries me.example\ncarries *\ncarries .v.example y.example\n`,
      'control/virtualdomains': ':joe\n.V.example:joe\nx@y.example:joe\n',
      'control/rcpthosts': '.example\nme.example\n',
    },
    [
      'control/links/kiss:2 link-domain-elsewhere',
      'control/links/kiss:3 link-domain-elsewhere',
      'control/links/kiss:4 link-domain-elsewhere',
    ],
  ],
  [
    'a domain that strangers may not send to',
    {
      'control/links/kiss': `${server}carries kiss.far .kiss.example\netrn-node kiss\n`,
      'control/rcpthosts': 'me.example\n.example\n',
    },
    ['note control/links/kiss:2 link-not-in-rcpthosts'],
  ],
  [
    'a domain that only this host sends to',
    { 'control/links/kiss': `${server}carries kiss.far\n`, 'control/rcpthosts': 'me.example\n' },
    [],
  ],
  [
    'steps that do not send what waits',
    { 'control/links/kiss': `${server}carries kiss.example\ndo turn 10.0.0.1\n` },
    ['control/links/kiss:3 link-never-sends'],
  ],
  [
    'steps that do not send, where a client asks for it',
    { 'control/links/kiss': `${server}carries kiss.example\ndo turn 10.0.0.1\nturn-for login kiss\n` },
    [],
  ],
  [
    'messages that are larger than a contact may be',
    {
      'control/links/a': `${server}contact-bytes 1000\n`,
      'control/links/b': `${server}day-bytes 1000\nlargest-bytes 1000\n`,
      'control/links/c': `${server}day-bytes 1000\nlargest-bytes 999\n`,
    },
    ['control/links/b:2 link-message-too-large', 'note control/links/a:2 link-message-too-large'],
  ],
  [
    'costs in no currency',
    {
      'control/links/a': `${server}cost-per-minute 2\n`,
      'control/links/b': `${server}cost-per-minute 2\ncurrency EUR\n`,
    },
    ['note control/links/a:2 link-no-currency'],
  ],
  [
    'mail that waits for no link',
    {
      'control/links/kiss': `carries kiss.example\n${server}`,
      'serial/kiss/Maildir/new/1': 'x',
      'serial/gone/Maildir/new/1': 'x',
      'serial/gone/Maildir/cur/2': 'x',
      'serial/empty/Maildir/new/.x': 'x',
    },
    ['serial/gone/Maildir link-mail-left'],
  ],
];

for (const [what, files, expected] of cases) {
  test(`links in the configuration: ${what} → ${expected.length} findings`, async t => {
    assert.deepEqual(await codes(home(t, files)), expected);
  });
}

test('links in the configuration: a word that is none → named as it is written', async t => {
  const { findings } = await explainConfiguration(
    home(t, { 'control/links/kiss': `${server}half-duplx yes\n` }),
    undefined,
  );
  assert.match(findings[0]?.text ?? '', /^half-duplx is not a word of a link's file\. Until this is right, /);
});

test('links in the configuration: a file that every user may change → a finding', async t => {
  const path = home(t, { 'control/links/kiss': server });
  chmodSync(join(path, 'control/links/kiss'), 0o666);
  assert.deepEqual(await codes(path), ['control/links/kiss writable']);
});

test('links in the configuration: a link with everything → all of it in words', async t => {
  const text = `carries kiss.example *
server client:2525
protocol qmtp
helo coyah.example
known-by interface ppp0
window mon-fri 06:00-06:15
window sat 22:00-02:00
contact-minutes 15
day-bytes 2000000
cost-per-minute 0.80
currency EUR
metered yes
largest-bytes 20000
lifetime 86400
lifetime-counts clock
do etrn hub.example a.example
do send
do queue
turn-for address 10.0.10.0/24
turn-for login kiss
etrn-node kiss.example
`;
  const { files } = await explainConfiguration(home(t, { 'control/links/kiss': text }), undefined);
  const reports = files.filter(({ name }) => name.startsWith('links'));
  assert.deepEqual(
    reports.map(({ name }) => name),
    ['links', 'links/kiss'],
  );
  assert.deepEqual(reports[1]?.says, [
    'Mail to kiss.example, everything that is not local waits in serial/kiss/Maildir.',
    'It is sent to the client that has come, port 2525, by QMTP as coyah.example, without TLS.',
    'It counts as up while the interface ppp0 is up.',
    'It is used only mon-fri 06:00-06:15; sat 22:00-02:00.',
    'At each contact: ask hub.example, port 25, for mail (ETRN a.example); then send what waits; then let the ordinary queue send, which waits for this link.',
    'A contact starts when 10.0.10.0/24 or the user kiss has been here.',
    'ETRN asks for its mail by kiss.example.',
    'A contact ends after 15 minutes.',
    'It is used for at most 2000000 bytes a day.',
    'Messages of more than 20000 bytes wait for a person.',
    'It costs 0.8 EUR a minute.',
    'It is paid by volume: new mail goes at most once a minute.',
    'Mail that is refused for now is returned to its sender after 86400 seconds.',
  ]);
});

test('links in the configuration: any text in a file → findings in one line each, and no exception', async t => {
  const words = [
    ...Object.keys(linkWords),
    '#',
    ' ',
    '\n',
    '\r',
    '\0',
    '\x1b[2J',
    'ü',
    '10.0.0.1',
    'kiss.example',
    '*',
  ];
  const path = home(t, { 'control/links/kiss': '' });
  const file = join(path, 'control/links/kiss');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 30 }), async pieces => {
      writeFileSync(file, pieces.join(' '));
      const { findings, files } = await explainConfiguration(path, undefined);
      for (const { text } of findings) assert.match(text, /^[^\n\r\0\x1b]{10,}$/);
      for (const { says } of files) for (const line of says) assert.doesNotMatch(line, /[\n\r\0\x1b]/);
    }),
    { numRuns: 100 },
  );
});
