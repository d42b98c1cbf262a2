// qmail-showctl's words and warnings, a home for each.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainConfiguration } from '../../../../core/control/check/configuration.ts';
import type { DnsLook } from '../../../../core/control/check/dns.ts';
import { controlFileTable } from '../../../../core/control/file-table.ts';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { codes, home } from './checked-home.ts';

const cases: [what: string, files: Record<string, string | undefined>, expected: string[]][] = [
  ['a home in which all is well', {}, []],
  ['no rcpthosts', { rcpthosts: undefined }, ['control/rcpthosts rcpthosts-missing']],
  ['no me', { me: undefined }, ['control unusable']],
  [
    'lines of tlsdestinations that cannot be followed',
    { tlsdestinations: 'a.example:\nb.example\nc.example:a|b|c\nd.example:no.pem\n%e.example:ca.pem\n' },
    [
      'control/tlsdestinations:2 no-colon',
      'control/tlsdestinations:3 bad-tls-line',
      'control/tlsdestinations:4 no-ca-file',
      'control/tlsdestinations:5 bad-tls-line',
    ],
  ],
  [
    'certificates that are not there',
    { domaincerts: '*:control/me|control/none|pass word\nme.example\n' },
    ['control/domaincerts:1 no-certificate', 'control/domaincerts:2 no-colon'],
  ],
  [
    'a local domain that nobody may send to',
    { locals: 'me.example\n# more\ntwo.example\n' },
    ['control/locals:3 local-not-in-rcpthosts'],
  ],
  [
    'suffixes and addresses in locals',
    { locals: 'me.example\n.two.example\na@b.example\n' },
    ['control/locals:2 no-local-domain', 'control/locals:3 no-local-domain'],
  ],
  [
    'a domain that is only sent on',
    { rcpthosts: 'me.example\nfar.example\n' },
    ['note control/rcpthosts:2 rcpthosts-not-delivered'],
  ],
  [
    'a domain that is sent on by a route',
    { rcpthosts: 'me.example\nfar.example\n', smtproutes: 'far.example:in.far.example\n' },
    [],
  ],
  [
    'domains that are virtual',
    { rcpthosts: 'me.example\n.v.example\nw.example\n', virtualdomains: 'a.v.example:joe\nboss@w.example:boss\n' },
    [],
  ],
  [
    'addresses and wildcards in rcpthosts',
    { rcpthosts: 'me.example\nx@me.example\n*.v.example\n' },
    ['control/rcpthosts:2 address-in-rcpthosts', 'control/rcpthosts:3 wildcard'],
  ],
  [
    'a virtual domain that is local too',
    { virtualdomains: 'Me.example:joe\n' },
    ['control/virtualdomains:1 virtual-in-locals'],
  ],
  [
    'a virtual domain that nobody may send to',
    { virtualdomains: '.v.example:joe\nx@y.example:joe\nno.v.example:\n' },
    ['control/virtualdomains:1 virtual-not-in-rcpthosts', 'control/virtualdomains:2 virtual-not-in-rcpthosts'],
  ],
  [
    'lines of virtualdomains that do nothing',
    { virtualdomains: 'me\n:a\n:b@c\n' },
    [
      'control/virtualdomains:1 no-colon',
      'control/virtualdomains:3 prepend-with-at',
      'note control/virtualdomains:2 overridden',
    ],
  ],
  [
    'the percent hack for a domain that strangers may send to',
    { percenthack: 'me.example\nother.example\n' },
    ['control/percenthack:1 percenthack-relay'],
  ],
  ['a bad sender without @', { badmailfrom: '@spam.example\nspam.example\n' }, ['control/badmailfrom:2 no-sender']],
  [
    'a short name, double bounces to others',
    { me: 'me\n', doublebouncehost: 'far.example\n' },
    ['note control/me double-bounces-remote', 'note control/me:1 short-name'],
  ],
  [
    'no deliveries',
    { concurrencylocal: '0\n', concurrencyremote: '0\n' },
    ['control/concurrencylocal:1 concurrency-zero', 'control/concurrencyremote:1 concurrency-zero'],
  ],
  ['odd lifetimes', { queuelifetime: '60\n' }, ['control/queuelifetime:1 lifetime-short']],
  ['a year in the queue', { queuelifetime: '31536000\n' }, ['note control/queuelifetime:1 lifetime-long']],
  [
    'tiny numbers',
    { databytes: '10\n', timeoutremote: '1\n', timeoutsmtpd: '0\n' },
    [
      'control/databytes:1 databytes-small',
      'control/timeoutremote:1 timeout-short',
      'control/timeoutsmtpd:1 timeout-short',
    ],
  ],
  [
    'routes to nowhere',
    {
      smtproutes:
        'a.example:relay.example:smtp\nb.example::26\nx@c.example:r\nd.example:me.example\nme.example:r\nno\ne.example:1\ne.example:2\nf.example:[::1]:2626\ng.example:\n',
    },
    [
      'control/smtproutes:1 bad-port',
      'control/smtproutes:2 no-relay',
      'control/smtproutes:3 address-in-routes',
      'control/smtproutes:4 route-to-self',
      'control/smtproutes:6 no-colon',
      'note control/smtproutes:5 route-for-local',
      'note control/smtproutes:7 overridden',
    ],
  ],
  [
    'senders whose relay leads nowhere',
    { authsenders: 'no\na@b.example:r:smtp\n@c.example:;26\nA@d.example:r\na@D.example:r\n:\n' },
    [
      'control/authsenders:1 no-colon',
      'control/authsenders:2 bad-port',
      'control/authsenders:3 no-relay',
      'note control/authsenders:4 overridden',
    ],
  ],
  [
    'logins without a usable password',
    {
      smtproutes: 'a.example:r|joe|pass word\nb.example:r|joe|@none\nc.example:r|joe\n',
      authsenders: '@d.example:r||pass\n@e.example:r;465|joe|@../me\n',
      fallbackrelay: 'r:587|joe|@none\n',
      qmtproutes: 'f.example:r|joe|pass\n',
    },
    [
      'control/authsenders:1 login-unusable',
      'control/authsenders:2 login-unusable',
      'control/fallbackrelay:1 login-unusable',
      'control/qmtproutes:1 login-by-qmtp',
      'control/smtproutes:1 login-unusable',
      'control/smtproutes:2 login-unusable',
      'control/smtproutes:3 login-unusable',
    ],
  ],
  [
    'routes by QMTP, and a form of bounces that is none',
    { qmtproutes: 'a.example:192.0.2.1:qmtp\n:me.example\n:me.example:25\n', bounceformat: 'html\n' },
    [
      'control/bounceformat:1 no-bounce-format',
      'control/qmtproutes:1 bad-port',
      'note control/qmtproutes:2 overridden',
    ],
  ],
  [
    'relay clients that fit nobody, or too many',
    { relayclients: '127.0.0.1\n10.\nfd00:\n192.168.1\n10.0.0.0/8\n8.\nFD00::1\nhost.example\n' },
    [
      'control/relayclients:4 no-relay-client',
      'control/relayclients:5 relay-network',
      'control/relayclients:6 relay-wide',
      'control/relayclients:7 upper-case',
      'control/relayclients:8 no-relay-client',
    ],
  ],
  [
    'resolvers',
    { resolvers: '127.0.0.1\n127.0.0.1:5353\n[::1]:53\n::1\ndns.example\n' },
    ['control/resolvers:5 no-resolver'],
  ],
  [
    'a default delivery that is an address',
    { defaultdelivery: './Mailbox\n|x y\n&a@b\na@b\nMaildir/\n' },
    ['control/defaultdelivery:5 no-instruction'],
  ],
  [
    'DOS line ends',
    { defaulthost: 'a.example\r\n', locals: 'me.example\n\r\nx\r\n' },
    [
      'control/defaulthost:1 carriage-return',
      'control/locals:2 carriage-return',
      'control/locals:2 local-not-in-rcpthosts',
      'control/locals:3 local-not-in-rcpthosts',
    ],
  ],
  ['a byte order mark', { defaulthost: '\xef\xbb\xbfa.example\n' }, ['control/defaulthost:1 byte-order-mark']],
  [
    'comments and more in single-line files',
    { databytes: '# limit\n1000000\n', idhost: 'a\n\nb\n', helohost: ' a\n', bouncehost: '\n' },
    [
      'control/bouncehost:1 empty-line',
      'control/databytes:1 comment-in-line',
      'control/helohost:1 leading-blank',
      'note control/databytes:2 more-lines',
      'note control/idhost:3 more-lines',
    ],
  ],
  [
    'numbers that are none',
    { databytes: 'many\n', queuelifetime: '604800 seconds\n' },
    ['control/databytes:1 no-number', 'control/queuelifetime:1 after-number'],
  ],
  [
    'comments behind entries',
    { rcpthosts: 'me.example\nme.example # us\n', badmailfrom: '@a @b\n' },
    [
      'control/badmailfrom:1 blank-in-entry',
      'control/rcpthosts:2 comment-after-entry',
      'note control/rcpthosts:2 rcpthosts-not-delivered',
    ],
  ],
  [
    'files that nobody reads',
    { rcpthost: 'x\n', zebra: 'x\n', 'tcp.smtp': '', rewrite: '' },
    ['control/rcpthost unknown-file', 'note control/zebra unknown-file'],
  ],
  ['more rcpthosts without a database', { morercpthosts: 'x\n' }, ['control/morercpthosts morercpthosts-not-made']],
  [
    'rules by which strangers relay',
    { 'tcp.smtp': '127.:allow,RELAYCLIENT=""\n:allow,RELAYCLIENT=""\n' },
    ['control/tcp.smtp open-relay'],
  ],
  ['rules by which friends relay', { 'tcp.smtp': '127.:allow,RELAYCLIENT=""\n:allow\n' }, []],
  ['rules by which strangers come to QMQP', { 'tcp.qmqp': ':allow\n' }, ['control/tcp.qmqp open-relay']],
  ['rules by which friends come to QMQP', { 'tcp.qmqp': '10.:allow\n' }, []],
  ['rules that make no sense', { 'tcp.smtp': ':nonsense\n' }, ['control/tcp.smtp rules-unreadable']],
];

for (const [what, files, expected] of cases) {
  test(`configuration: ${what} → ${expected.length} findings`, async t => {
    assert.deepEqual(await codes(home(t, files)), expected);
  });
}

test('configuration: databases older than their sources, or without them → findings', async t => {
  const files = { morercpthosts: 'a\n', 'morercpthosts.cdb': '', 'users/assign': '.\n', 'users/cdb': '' };
  const path = home(t, files);
  for (const made of ['control/morercpthosts.cdb', 'users/cdb']) utimesSync(join(path, made), 1, 1);
  assert.deepEqual(await codes(path), ['control/morercpthosts morercpthosts-stale', 'users/assign users-stale']);
  const orphans = home(t, { rcpthosts: undefined, 'morercpthosts.cdb': '', 'users/cdb': '' });
  assert.deepEqual(await codes(orphans), [
    'control/morercpthosts morercpthosts-alone',
    'control/rcpthosts rcpthosts-missing',
    'note control/morercpthosts morercpthosts-orphan',
    'note users/assign users-orphan',
  ]);
});

test('configuration: access rules changed after their database was made → a finding', async t => {
  const path = home(t, { 'tcp.smtp': ':allow\n', 'tcp.smtp.cdb': encodeCdb([]).toString('latin1') });
  utimesSync(join(path, 'control/tcp.smtp.cdb'), 1, 1);
  assert.deepEqual(await codes(path), ['control/tcp.smtp.cdb rules-stale']);
});

test('configuration: directories and files that every user may change → findings', async t => {
  const path = home(t);
  for (const place of ['control', 'users', 'control/locals']) chmodSync(join(path, place), 0o777);
  assert.deepEqual(await codes(path), ['control writable', 'control/locals writable', 'users writable']);
});

test('configuration: a link that leads to itself → all others are explained', async t => {
  const path = home(t, { locals: 'me.example\ntwo.example\n' });
  symlinkSync('loop', join(path, 'control/loop'));
  assert.deepEqual(await codes(path), ['control/locals:2 local-not-in-rcpthosts', 'note control/loop unknown-file']);
});

test('configuration: a file that cannot be read → a finding, and another that nothing works', async t => {
  const path = home(t);
  mkdirSync(join(path, 'control/databytes'));
  assert.deepEqual(await codes(path), ['control unusable', 'control/databytes unreadable']);
});

test('configuration: DNS → no MX, MX elsewhere, no relay; no answer is a note', async t => {
  const files = {
    locals: 'me.example\nnomx.example\nslow.example\nlocalhost\naway.example\n',
    rcpthosts: 'me.example\n.example\nlocalhost\n',
    smtproutes: ':gone.example:26\na.example:there.example\nb.example:192.0.2.1\nc.example:late.example\n',
  };
  const hosts: Record<string, string[]> = { 'me.example': ['ME.example'], 'away.example': ['mx.away.example'] };
  const dns: DnsLook = {
    mailHosts: async domain => (domain === 'slow.example' ? 'unknown' : (hosts[domain] ?? [])),
    hasAddress: async host => (host === 'late.example' ? 'unknown' : host === 'there.example'),
    isHere: async () => false,
  };
  const all = await codes(
    home(t, {
      ...files,
      locals: `${files.locals}x.example\n`,
      rcpthosts: 'me.example\n.example\nexample\nlocalhost\nnomx.example\nslow.example\naway.example\nx.example\n',
    }),
    dns,
  );
  assert.deepEqual(
    all.filter(code => !code.includes('rcpthosts')),
    [
      'control/locals:2 no-mx',
      'control/locals:6 no-mx',
      'control/smtproutes:1 no-such-relay',
      'note control/locals:3 dns-unknown',
      'note control/locals:5 mx-elsewhere',
      'note control/smtproutes:4 dns-unknown',
    ],
  );
});

test('configuration: each file in words → as in qmail-showctl, with the default where it is missing', async t => {
  const path = home(t, { databytes: '1000000\n', badmailfrom: '@a.example\n\x1b@b\n', 'tcp.smtp': '', zebra: '' });
  const { files } = await explainConfiguration(path, undefined);
  const words = Object.fromEntries(files.map(({ name, isDefault, says }) => [name, [isDefault, ...says]]));
  assert.deepEqual(words.databytes, [false, 'SMTP DATA limit is 1000000 bytes.']);
  assert.deepEqual(words.badmailfrom, [
    false,
    '@a.example not accepted in MAIL FROM.',
    '?@b not accepted in MAIL FROM.',
  ]);
  assert.deepEqual(words.bouncehost, [true, 'Bounce host name is me.example.']);
  assert.deepEqual(words.smtproutes, [true, 'No artificial SMTP routes.']);
  assert.deepEqual(words['morercpthosts.cdb'], [true, 'No effect.']);
  assert.deepEqual(words.zebra, [false, 'I have no idea what this file does.']);
  assert.deepEqual(words['tcp.smtp'], [false, 'Access rules for clients of this service (tcprules).']);
});

test('configuration: any text in any file → findings, and no exception', async t => {
  const names = Object.keys(controlFileTable).filter(name => name !== 'me');
  const piece = fc.constantFrom(
    'a',
    '.',
    ':',
    '@',
    '*',
    '#',
    ' ',
    '\n',
    '\r\n',
    '\0',
    '\xff',
    '1',
    '/',
    '[',
    ']',
    '%',
    'me.example',
  );
  const path = home(t);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.array(piece, { maxLength: 20 }), async (name, pieces) => {
      writeFileSync(join(path, 'control', name), pieces.join(''), 'latin1');
      const { findings } = await explainConfiguration(path, undefined);
      for (const { text } of findings) assert.match(text, /^[^\n\r\0]{10,}$/);
    }),
    { numRuns: 150 },
  );
});
