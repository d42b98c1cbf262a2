// MTA-STS: records and policies as RFC 8461 has them, and everything else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isListed, parseStsPolicy, stsId } from '../../../../core/remote/sts/policy.ts';

const records: [texts: string[], id: string | undefined][] = [
  [['v=STSv1; id=20160831085700Z;'], '20160831085700Z'],
  [['v=STSv1;id=1'], '1'],
  [['something else', 'v=STSv1; id=1; other=2;'], '1'],
  [['v=STSv1; id=1;', 'v=STSv1; id=1;'], undefined],
  [['v=STSv1; id=;'], undefined],
  [['v=STSv1; id=a b;'], undefined],
  [[`v=STSv1; id=${'1'.repeat(33)};`], undefined],
  [['v=STSv12; id=1;'], undefined],
  [['id=1; v=STSv1'], undefined],
  [[], undefined],
];

for (const [texts, id] of records) {
  test(`MTA-STS record: ${texts.join(' | ').slice(0, 50) || 'none'} → ${id ?? 'no policy'}`, () => {
    assert.equal(stsId(texts), id);
  });
}

/** RFC 8461 section 3.2 (modern.md 10). */
const example =
  'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmx: backupmx.example.com\r\nmax_age: 604800\r\n';

test('MTA-STS policy: that of the RFC, with CR LF or LF → its fields', () => {
  const policy = {
    mode: 'enforce',
    mx: ['mail.example.com', '*.example.net', 'backupmx.example.com'],
    maxAgeSec: 604_800,
  };
  assert.deepEqual(parseStsPolicy(example), policy);
  assert.deepEqual(parseStsPolicy(example.replaceAll('\r', '')), policy);
  assert.deepEqual(parseStsPolicy(`${example}mode: none\r\nfuture: x\r\nversion: STSv2\r\n`), policy);
});

const wrong: [what: string, text: string][] = [
  ['no version', example.replace('version: STSv1\r\n', '')],
  ['another version', example.replace('STSv1', 'STSv2')],
  ['another mode', example.replace('enforce', 'force')],
  ['no max_age', example.replace(/max_age.*\r\n/, '')],
  ['max_age in words', example.replace('604800', 'a week')],
  ['no mx', example.replaceAll(/mx: .*\r\n/g, '')],
  ['an mx with two wildcards', example.replace('*.example.net', '*.*.example.net')],
  ['a page', '<!doctype html><title>Not found</title>'],
];

for (const [what, text] of wrong) {
  test(`MTA-STS policy: ${what} → none`, () => assert.equal(parseStsPolicy(text), undefined));
}

test('MTA-STS policy: mode none needs no mx; max_age → at most a year', () => {
  const text = 'version: STSv1\nmode: none\nmax_age: 9999999999\n';
  assert.deepEqual(parseStsPolicy(text), { mode: 'none', mx: [], maxAgeSec: 31_557_600 });
});

const hosts: [host: string, listed: boolean][] = [
  ['mail.example.com', true],
  ['MAIL.example.COM.', true],
  ['a.example.net', true],
  ['example.net', false],
  ['a.b.example.net', false],
  ['.example.net', false],
  ['other.example.com', false],
];

for (const [host, listed] of hosts) {
  test(`MTA-STS policy: exchanger ${host} → ${listed ? 'listed' : 'not listed'}`, () => {
    assert.equal(isListed({ mx: ['mail.example.com', '*.example.net'] }, host), listed);
  });
}

test('MTA-STS policy: any text → a policy or none, and never more than 100 names', () => {
  const line = fc.constantFrom(
    'version: STSv1',
    'mode: enforce',
    'mx: a.example',
    'max_age: 1',
    'mx:*.b',
    ':',
    '',
    '\r',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 300 }), lines => {
      const policy = parseStsPolicy(lines.join('\n'));
      assert.ok(policy === undefined || policy.mx.length <= 100);
    }),
  );
});
