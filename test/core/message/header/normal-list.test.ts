// Address lists as mess822 reads them, and the one form in which they are written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatNormalList, readNormalList, writeNormalAddress } from '../../../../core/message/header/normal-list.ts';
import { addressPieces } from '../../../support/address-pieces.ts';

/** The addresses as they are understood, and the field that is written. */
const read = (value: string): readonly [readonly string[], string] => {
  const parts = readNormalList(value);
  const addresses = parts.filter(({ kind }) => kind === 'address').map(({ text }) => text);
  return [addresses, formatNormalList('To', parts)];
};

const lists: readonly (readonly [string, readonly string[], string])[] = [
  ['', [], ''],
  ['a@b, c@d', ['a@b', 'c@d'], 'To: a@b, c@d\n'],
  ['djb fred', ['djb@', 'fred@'], 'To: djb, fred\n'],
  ['a . b @ c', ['a.b@c'], 'To: a.b@c\n'],
  ['Joe (at (his) home)  Shmoe <joe@x>', ['joe@x'], 'To: "Joe at (his) home Shmoe" <joe@x>\n'],
  ['joe@x (Joe)', ['joe@x'], 'To: "Joe" <joe@x>\n'],
  ['<@r1,@r2:u@h>', ['u@h'], 'To: "@r1@r2" <u@h>\n'],
  ['grp: a, b@c;', ['a@', 'b@c'], 'To: "grp" <a>, b@c\n'],
  ['nobody: ;, x', ['x@'], 'To: "nobody" <x>\n'],
  ['recipient list not shown: ;', [], 'To: "recipient list not shown": ;\n'],
  ['(one), (two)', [], 'To: "one": ;, "two": ;\n'],
  ['<>', ['@'], 'To: <>\n'],
  ['"a b"@c, "q\\"x"@y', ['a b@c', 'q"x@y'], 'To: "a b"@c, "q\\"x"@y\n'],
  ['u@[1.2.3.4], [1]@x', ['u@[1.2.3.4]', '[1]@x'], 'To: u@[1.2.3.4], "\\[1\\]"@x\n'],
  ['a,,b,', ['a@', 'b@'], 'To: a, b\n'],
  ['(open', [], 'To: "open": ;\n'],
  ['"open', ['open@'], 'To: open\n'],
  ['caf\xe9@x', ['caf\xe9@x'], 'To: "caf\xe9"@x\n'],
];

test('readNormalList: lists of all shapes → addresses, and one form', () => {
  assert.deepEqual(
    lists.map(([value]) => [value, ...read(value)]),
    lists,
  );
});

test('formatNormalList: a list that outgrows a line → broken after commas at 78 bytes', () => {
  const parts = readNormalList(Array.from({ length: 9 }, (_, i) => `name${i}@host.example`).join());
  assert.equal(
    formatNormalList('To', parts),
    'To: name0@host.example, name1@host.example, name2@host.example,\n' +
      '  name3@host.example, name4@host.example, name5@host.example,\n' +
      '  name6@host.example, name7@host.example, name8@host.example\n',
  );
});

test('writeNormalAddress: empty ones, with words and without', () => {
  assert.deepEqual(
    [writeNormalAddress(''), writeNormalAddress('@', 'x'), writeNormalAddress('a', ''), writeNormalAddress('a@b')],
    ['<>', '"x" <>', '"" <a>', 'a@b'],
  );
});

test('readNormalList: any bytes → a list that is written and read as the same addresses', () => {
  const pieces = [...addressPieces, '(', '\xe9', '\t'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), parts => {
      const [addresses, field] = read(parts.join(''));
      const again = read(field.slice(4).replaceAll('\n', ''));
      const bare = (list: readonly string[]) => list.map(address => address.replace(/@$/, ''));
      assert.deepEqual(bare(again[0]), bare(addresses));
    }),
  );
});
