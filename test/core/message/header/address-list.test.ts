// Address lists as qmail-inject reads and writes them: the addresses, and the field in its normal form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddressList } from '../../../../core/message/header/address-list.ts';
import { formatTokens, tokenize, unquoteTokens } from '../../../../core/message/header/tokens.ts';

function read(value: string): { text: string; addresses: string[] } | undefined {
  const list = readAddressList(tokenize(value) ?? [], address => address);
  return list && { text: formatTokens(list.tokens), addresses: list.addresses.map(unquoteTokens) };
}

const lists: readonly (readonly [string, string, string[]])[] = [
  ['', '', []],
  ['a@b, c@d', 'a@b, c@d', ['c@d', 'a@b']],
  ['djb fred', 'djb, fred', ['fred', 'djb']],
  ['djb@h fred@h', 'djb@h, fred@h', ['fred@h', 'djb@h']],
  ['a . b @ c', 'a.b@c', ['a.b@c']],
  ['"A B" <a@b>', '"A B" <a@b>', ['a@b']],
  ['J. R. Doe <a@b> c@d', 'J.R.Doe <a@b>, c@d', ['c@d', 'a@b']],
  ['a@b <c@d>', 'a@b <c@d>', ['c@d']],
  ['<>', '<>', ['']],
  ['a (one), (two) b', 'a (one), b (two)', ['b', 'a']],
  ['grp: a, b;, c', 'grp: a, b;, c', ['c', 'b', 'a']],
  ['recipient list not shown: ;', 'recipient list not shown: ;', []],
  ['<@r1,@r2:u@h>', '<@r1, @r2: u@h>', ['@r1,@r2:u@h']],
  ['[1.2] [3.4]', '[1.2], [3.4]', ['[3.4]', '[1.2]']],
  ['fred;', 'fred;', ['fred']],
];

test('readAddressList: lists of all shapes → written order, addresses from the right', () => {
  assert.deepEqual(
    lists.map(([value]) => {
      const list = read(value);
      return [value, list?.text, list?.addresses];
    }),
    lists,
  );
});

test('readAddressList: colon outside a group, nested groups, no opening bracket → undefined', () => {
  for (const broken of ['a: b', 'a; b;', 'a>', 'a, b>']) assert.equal(read(broken), undefined, broken);
});
