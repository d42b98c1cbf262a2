// A link's file: every word, and every mistake with its line.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { linkWords } from '../../../../core/control/links/link-words.ts';
import { readLinks } from '../../../../core/control/links/read-links.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const problemsOf = (text: string, name = 'radio') =>
  parseLink(name, text).problems.map(({ line, text }) => `${line ?? '-'}: ${text}`);

test('a link with everything', () => {
  const { link, problems } = parseLink(
    'radio',
    `# HF radio to Conakry
carries .refugee.example Refugee.Example
carries *
server [fd00::1]:2209
protocol qmtp
tls implicit
certificate AB:${'cd'.repeat(31)}
authority /etc/ssl/ca.pem
helo coyah.example
known-by probe 10.0.0.1:25
check-every 5
window mon-fri 06:00-06:15
window sat 12:00-12:30
contact-minutes 15
contact-bytes 200000
day-minutes 60
day-bytes 2000000
cost-per-minute 0.80
cost-per-megabyte 5
currency EUR
metered yes
largest-bytes 20000
lifetime 86400
lifetime-counts clock
half-duplex yes
do send
do turn 10.0.0.1:55210
do etrn hub.example a.example @b.example #c
do queue
turn-for address 10.0.10.0/24
turn-for login kiss
turn-for certificate ${'AB'.repeat(32)}
etrn-node Kiss.example #kiss
`,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    { ...link, windows: link.windows.length },
    {
      name: 'radio',
      carries: ['.refugee.example', 'refugee.example', '*'],
      server: { kind: 'host', host: 'fd00::1', port: 2209 },
      protocol: 'qmtp',
      tls: 'implicit',
      certificate: { kind: 'pinned', sha256: `ab${'cd'.repeat(31)}` },
      authority: '/etc/ssl/ca.pem',
      heloHost: 'coyah.example',
      knownBy: { kind: 'probe', host: '10.0.0.1', port: 25 },
      checkEverySec: 5,
      windows: 2,
      limits: { contactMinutes: 15, contactBytes: 200_000, dayMinutes: 60, dayBytes: 2_000_000 },
      cost: { perMinute: 0.8, perMegabyte: 5, currency: 'EUR' },
      metered: true,
      largestBytes: 20_000,
      lifetimeSec: 86_400,
      lifetimeCounts: 'clock',
      halfDuplex: true,
      // What brings mail comes first on a half-duplex link.
      steps: [
        { kind: 'turn', host: '10.0.0.1', port: 55_210 },
        { kind: 'etrn', host: 'hub.example', port: 25, nodes: ['a.example', '@b.example', '#c'] },
        { kind: 'send' },
        { kind: 'queue' },
      ],
      turnFor: [
        { kind: 'address', network: '10.0.10.0/24' },
        { kind: 'login', user: 'kiss' },
        { kind: 'certificate', sha256: 'ab'.repeat(32) },
      ],
      etrnNodes: ['kiss.example', '#kiss'],
    },
  );
});

test('without do lines, what waits is sent', () => {
  assert.deepEqual(parseLink('a', 'server hub.example').link.steps, [{ kind: 'send' }]);
  assert.deepEqual(parseLink('a', 'server client\nturn-for login kiss').link.server, {
    kind: 'client',
    port: undefined,
  });
});

test('the example of every word is right', () => {
  for (const [word, { example }] of Object.entries(linkWords)) {
    const isOfTls = word === 'certificate' || word === 'authority';
    const rest = `${word === 'server' ? '' : 'server hub.example\n'}${isOfTls ? 'tls starttls\n' : ''}`;
    assert.deepEqual(problemsOf(`${rest}${word} ${example}\n`), [], word);
  }
});

test('mistakes are named with their line', () => {
  for (const [text, ...wrong] of [
    ['', '-: it does nothing: it has neither a server nor a do line'],
    [
      'carries a.example',
      '-: it carries mail, but has no server line',
      '-: it does nothing: it has neither a server nor a do line',
    ],
    ['server hub.example\ntls starttls\nprotocol qmtp', '-: QMTP has no STARTTLS: write tls implicit'],
    ['server hub.example\ncertificate any', '-: it has a certificate or authority line, but no TLS'],
    [
      'server hub.example\ntls implicit\ncertificate abcd',
      '3: certificate: it is verified, any, or a SHA-256 fingerprint in hex',
    ],
    ['do send', '-: it has a step "do send", but no server line'],
    ['server client', '-: its server is the client, but no turn-for line names one'],
    ['server hub.example\nsever x', "2: sever is not a word of a link's file"],
    ['server hub.example\nhelo', '2: helo needs NAME'],
    ['server hub.example\nserver hub.example', '2: server is there twice'],
    ['server hub.example\nconstructor x', "2: constructor is not a word of a link's file"],
    [
      'server hub example',
      '1: server: hub example is not a host',
      '-: it does nothing: it has neither a server nor a do line',
    ],
    ['server hub.example\ncarries a..example', '2: carries: a..example is not a domain'],
    ['server hub.example\nwindow noon', '2: window: noon is not like mon-fri 06:00-06:15'],
    ['server hub.example\nknown-by probe 10.0.0.1', `2: known-by: it is ${linkWords['known-by'].takes}`],
    ['server hub.example\nlargest-bytes 0', `2: largest-bytes: 0 is not a number from 1 to ${Number.MAX_SAFE_INTEGER}`],
    ['server hub.example\ncost-per-minute 1e3', '2: cost-per-minute: 1e3 is not an amount'],
    ['server hub.example\nturn-for address 10.0.0.0/33', `2: turn-for: it is ${linkWords['turn-for'].takes}`],
    [
      'server hub.example:70000',
      '1: server: hub.example:70000 is not a host',
      '-: it does nothing: it has neither a server nor a do line',
    ],
  ] as const) {
    assert.deepEqual(problemsOf(text), wrong, text);
  }
  assert.deepEqual(problemsOf('server hub.example', 'a-b'), [
    '-: a-b cannot be the name of a link: use up to 32 small letters, digits and _',
  ]);
});

test('the links of a home', t => {
  const home = tempDir(t);
  assert.deepEqual(readLinks(home), []);
  mkdirSync(join(home, 'control', 'links', 'dir'), { recursive: true });
  writeFileSync(join(home, 'control', 'links', 'radio'), 'server hub.example\n');
  writeFileSync(join(home, 'control', 'links', 'radio~'), 'x\n');
  writeFileSync(join(home, 'control', 'links', 'huge'), '#'.repeat(70_000));
  assert.deepEqual(
    readLinks(home).map(({ link, problems }) => [link.name, problems.map(({ text }) => text)]),
    [
      ['dir', ['it is not a regular file']],
      ['huge', ['it is longer than 65536 bytes']],
      ['radio', []],
    ],
  );
});
