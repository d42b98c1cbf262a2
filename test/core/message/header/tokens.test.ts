// The tokens of address fields (RFC 822) are read from any bytes, and written in normal form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atom, formatTokens, special, tokenize, unquoteTokens } from '../../../../core/message/header/tokens.ts';

const written: readonly (readonly [string, string])[] = [
  ['a@b.c', 'a@b.c'],
  ['  a \t@\n b . c ', 'a@b.c'],
  ['"A B" <c@d>', '"A B" <c@d>'],
  ['x(a)y', 'x (a) y'],
  ['(a)(b)', '(a) (b)'],
  ['a<b>c', 'a <b>c'],
  ['a,b:c;d', 'a, b: c;d'],
  ['"q\\"x"', '"q\\"x"'],
  ['"par(en"', '"par\\(en"'],
  ['[1.2.3.4]', '[1.2.3.4]'],
  ['a)b', '"a\\)b"'],
  ['a\\ b', '"a b"'],
  ['a\\@b', '"a@b"'],
  ['a\\.b', '"a.b"'],
  ['caf\xe9', '"caf\xe9"'],
  ['a\x01', '"a\x01"'],
  ['(deep (er) still)', '(deep er still)'],
  ['(a\\)b\\\\)', '(a\\)b\\\\)'],
];

test('formatTokens: blanks, quotes and comments → normal form', () => {
  assert.deepEqual(
    written.map(([input]) => [input, formatTokens(tokenize(input) ?? [])]),
    written,
  );
});

test('tokenize: something not opened or not closed → undefined', () => {
  for (const broken of ['(a', '"a', '[a', 'a (', ')', ']', 'a )', '"a\\', '(a (b)', '[a\\', 'a\\', '\\']) {
    assert.equal(tokenize(broken), undefined, broken);
  }
});

test('unquoteTokens: quotes and comments go, brackets stay', () => {
  assert.equal(unquoteTokens(tokenize('"A B"@x.(c)[1]') ?? []), 'A B@x.[1]');
});

test('formatTokens: a list that outgrows a line → broken after commas, LF and two spaces, at most 80 bytes', () => {
  const address = [atom('abcdefgh'), special('@'), atom('host')];
  const list = Array.from({ length: 12 }, () => [...address, special(',')]).flat();
  const lines = formatTokens([atom('To'), special(':'), ...list, ...address]).split('\n');
  assert.deepEqual(lines, [
    `To:${' abcdefgh@host,'.repeat(5)}`,
    ` ${' abcdefgh@host,'.repeat(5)}`,
    ` ${' abcdefgh@host,'.repeat(2)} abcdefgh@host`,
  ]);
});

const bytes = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map(code => String.fromCharCode(code)),
  maxLength: 60,
});
const grammar = fc
  .array(fc.constantFrom('a', 'b.c', '@', '<', '>', ',', ':', ';', ' ', '"q s"', '(c)', '[1]', '\\', '"', '(', '\xe9'))
  .map(parts => parts.join(''));

test('tokenize: any bytes → tokens that are written and read back as themselves', () => {
  fc.assert(
    fc.property(fc.oneof(bytes, grammar), value => {
      const tokens = tokenize(value);
      if (tokens) assert.deepEqual(tokenize(formatTokens(tokens)), tokens);
    }),
  );
});
