// tcprules: its text becomes the database that djb's program writes, and the most specific rule for a client is found.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { BadTcpRule, findTcpRule, parseTcpRules, rulesInCdb, rulesInRecords } from '../../../core/control/tcp-rules.ts';
import { cdbInMemory } from '../../../core/lib/disk/cdb.ts';
import { encodeCdb } from '../../../core/lib/disk/cdb-writer.ts';
import { canonicalIpv6, ipv6Networks, parseIpv6Network } from '../../../core/lib/net/ipv6.ts';
import { runProgram, without } from '../../support/programs.ts';
import { tempDir } from '../../support/temp-dir.ts';

const texts: [rules: string, records: [key: string, data: string][]][] = [
  [
    '1.2.3.4:deny\n:allow,which="x"\n',
    [
      ['1.2.3.4', 'D\0'],
      ['', '+which=x\0'],
    ],
  ],
  [
    '# a remark\n\n  \nno colon\n1:allow \t\n #a:deny',
    [
      ['1', ''],
      [' #a', 'D\0'],
    ],
  ],
  [
    '1.2.3.254-300:allow\n',
    [
      ['1.2.3.254', ''],
      ['1.2.3.255', ''],
    ],
  ],
  [
    '10.1-3.:deny\n',
    [
      ['10.1.', 'D\0'],
      ['10.2.', 'D\0'],
      ['10.3.', 'D\0'],
    ],
  ],
  [
    '127.0-1.:allow\n1.-1:allow\n-1.:allow\n5-:deny\n',
    [
      ['127.0.', ''],
      ['127.1.', ''],
      ['1.0', ''],
      ['1.1', ''],
      ['0.', ''],
      ['1.', ''],
    ],
  ],
  [
    '1.2-03.4-5:allow\n',
    [
      ['1.2.4-5', ''],
      ['1.3.4-5', ''],
    ],
  ],
  [
    '=a-b.EXAMPLE:allow\nme@1.2-3:allow\n',
    [
      ['=a-b.EXAMPLE', ''],
      ['me@1.2-3', ''],
    ],
  ],
  ['1:deny,a=xbx,=yy,c="a:b,=", d=\'1\'\n', [['1', 'D\0+a=b\0+=\0+c=a:b,=\0+ d=1\0']]],
];

for (const [text, expected] of texts) {
  test(`parseTcpRules: ${JSON.stringify(text)} → ${expected.length} records`, () => {
    const records = parseTcpRules(text).map(({ key, data }) => [String(key), String(data)]);
    assert.deepEqual(records, expected);
  });
}

for (const line of [
  '1:denyx',
  '1:',
  '1:DENY',
  '1:deny,',
  '1:deny,a',
  '1:deny,a=',
  '1:deny,a=x',
  '1:allow b',
  '1.2-x:allow',
  '1-2-3:allow',
]) {
  test(`parseTcpRules: ${line} → refused, naming the line`, () => {
    assert.throws(() => parseTcpRules(`:allow\n${line} \n`), { constructor: BadTcpRule, line });
  });
}

const everyRule = `${texts.map(([text]) => text).join('\n')}\n:deny\n=h.a.b:allow,RELAYCLIENT=""\n`;

test('tcprules: the database → the same bytes as that of djb’s program', { skip: without('tcprules') }, async t => {
  const directory = tempDir(t);
  const [path, temporary] = [join(directory, 'cdb'), join(directory, 'tmp')];
  await runProgram('tcprules', [path, temporary], everyRule);
  assert.deepEqual(encodeCdb(parseTcpRules(everyRule)), readFileSync(path));
});

/** What the rules of a text say of a client; the text and its database must agree. */
function ask(text: string, ip: string, host?: string, info?: string) {
  const client = { TCPREMOTEIP: ip, TCPREMOTEHOST: host, TCPREMOTEINFO: info };
  const records = parseTcpRules(text);
  const rule = findTcpRule(rulesInRecords(records), client);
  assert.deepEqual(rule, findTcpRule(rulesInCdb(cdbInMemory(encodeCdb(records))), client));
  return rule;
}

test('findTcpRule: smtpd.md 9', () => {
  const rules = '1.2.3.4:deny\n:allow,which="x"\n';
  assert.deepEqual(
    [ask(rules, '1.2.3.4'), ask(rules, '5.6.7.8')],
    [
      { key: '1.2.3.4', denied: true, variables: [] },
      { key: '', denied: false, variables: [['which', 'x']] },
    ],
  );
});

test('findTcpRule: smtpd.md 10, the small set', () => {
  const rules = 'joe@127.0.0.1:allow\n18.23.0.32:allow\n127.:allow\n:allow\n';
  const asked: [ip: string, host?: string, info?: string][] = [
    ['127.0.0.1', undefined, 'joe'],
    ['127.0.0.1', undefined, 'bill'],
    ['18.23.0.32'],
    ['18.23.0.33'],
    ['12'],
  ];
  assert.deepEqual(
    asked.map(client => ask(rules, ...client)?.key),
    ['joe@127.0.0.1', '127.', '18.23.0.32', '', ''],
  );
});

test('findTcpRule: smtpd.md 10, each key removed → the next in order', () => {
  const order = [
    'me@1.2.3.4',
    'me@=one.two.three',
    '1.2.3.4',
    '=one.two.three',
    '1.2.3.',
    '1.2.',
    '1.',
    '=.two.three',
    '=.three',
    '=',
    '',
  ];
  for (const [at, key] of order.entries()) {
    // Written the other way round: the order of the lines must not matter.
    const rules = `${order
      .slice(at)
      .reverse()
      .map(rule => `${rule}:allow`)
      .join('\n')}\n`;
    assert.equal(ask(rules, '1.2.3.4', 'one.two.three', 'me')?.key, key);
  }
  assert.equal(ask('', '1.2.3.4', 'one.two.three', 'me'), undefined);
});

const others: [
  what: string,
  rules: string,
  client: [ip: string, host?: string, info?: string],
  key: string | undefined,
][] = [
  ['a host without a name', '=:allow\n=.x:deny\n', ['1.2.3.4'], undefined],
  ['an address that only begins like a rule', '1.2.3.4:deny\n', ['1.2.3.44'], undefined],
  ['the first of two rules with one key', '1.:allow,A="1"\n1.:deny\n', ['1.2.3.4'], '1.'],
  ['an empty info', '@1.2.3.4:deny\n', ['1.2.3.4', undefined, ''], '@1.2.3.4'],
];

for (const [what, rules, client, key] of others) {
  test(`findTcpRule: ${what} → ${key ?? 'no rule'}`, () => assert.equal(ask(rules, ...client)?.key, key));
}

test('parseTcpRules: any text → records or a refusal that names one of its lines', () => {
  const text = fc.string({
    unit: fc.constantFrom('1', '9', '.', '-', ':', ',', '=', '"', '@', 'allow', 'deny', 'A', '\n', ' '),
    maxLength: 30,
  });
  fc.assert(
    fc.property(text, rules => {
      try {
        encodeCdb(parseTcpRules(rules));
      } catch (error) {
        assert.ok(error instanceof BadTcpRule && rules.includes(error.line));
      }
    }),
  );
});

const ipv6: readonly (readonly [rules: string, ip: string, denied: boolean])[] = [
  ['[2001:db8::1]:deny', '2001:db8::1', true],
  ['[2001:0db8:0:0::0001]:deny', '2001:db8::1', true],
  ['[2001:db8::1]:deny', '2001:db8::10', false],
  ['[2001:db8:0:1::/64]:deny', '2001:db8:0:1::7', true],
  ['[2001:db8:0:1::/64]:deny', '2001:db8:0:1:ffff:ffff:ffff:ffff', true],
  ['[2001:db8:0:1::/64]:deny', '2001:db8:0:2::7', false],
  // The text of the address has none of the network's colons.
  ['[2001:db8:0:0::/64]:deny', '2001:db8::7', true],
  ['[2001:db8::/32]:deny', '2001:db8:ffff::7', true],
  ['[2001:d00::/28]:deny', '2001:d0f::7', true],
  ['[::/4]:deny', '::1', true],
  ['[2001:db8::/32]:deny\n[2001:db8::/64]:allow', '2001:db8::7', false],
  ['[2001:db8::7]:allow\n[2001:db8::/64]:deny', '2001:db8::7', false],
  ['[2001:db8::/32]:deny', '192.0.2.1', false],
  [':deny', '2001:db8::7', true],
];

test('parseTcpRules: IPv6 in brackets → keys in the form that our servers look up', () => {
  const rules = '[2001:DB8:0::1]:deny\njoe@[::1]:allow\n[2001:db8:0:1::7/64]:deny\n[::ffff:192.0.2.1]:deny\n';
  const keys = parseTcpRules(rules).map(({ key }) => Buffer.from(key).toString('latin1'));
  assert.deepEqual(keys, ['2001:db8::1', 'joe@::1', '2001:db8:0:1:0:0:0:0/64', '192.0.2.1']);
});

for (const [rules, ip, denied] of ipv6) {
  test(`rules: ${JSON.stringify(rules)} for ${ip} → ${denied ? 'denied' : 'allowed'}, as text and as a database`, () => {
    const records = parseTcpRules(`${rules}\n`);
    for (const find of [rulesInRecords(records), rulesInCdb(cdbInMemory(encodeCdb(records)))])
      assert.equal(findTcpRule(find, { TCPREMOTEIP: ip })?.denied ?? false, denied);
  });
}

test('parseTcpRules: brackets without an IPv6 address or network in them → refused, naming the line', () => {
  const lines = [
    '[1.2.3.4]',
    '[2001:db8::/63]',
    '[2001:db8::/0]',
    '[2001:db8::/132]',
    '[2001:db8::',
    '[]',
    '[fe80::1%eth0]',
    '[::1]x',
  ];
  for (const line of lines) assert.throws(() => parseTcpRules(`${line}:deny\n`), BadTcpRule, line);
});

test('ipv6Networks: any address, in any spelling → in each of its networks, in one form', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 1, max: 31 }), (ip, digits) => {
      const network = parseIpv6Network(`${ip}/${4 * digits}`);
      if (canonicalIpv6(ip)?.includes('.')) assert.deepEqual(ipv6Networks(ip), []);
      else {
        assert.match(network ?? '', /^(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\/\d+$/);
        assert.ok(ipv6Networks(canonicalIpv6(ip) ?? '').includes(network ?? ''));
      }
    }),
  );
});
