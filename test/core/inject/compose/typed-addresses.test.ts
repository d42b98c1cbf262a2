// Address lists as people type them are read as names and addresses, and what is no address is named.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatPerson, parseTypedList } from '../../../../core/inject/compose/typed-addresses.ts';
import { hostRewriter } from '../../../../core/message/header/rewrite.ts';

const rewrite = hostRewriter({ defaultHost: 'here.example', defaultDomain: 'def.example', plusDomain: 'p.example' });
const tomas = { name: 'Tomas', address: 'tomas@shore.example' };
const ines = { name: 'Ines', address: 'ines@shore.example' };

const lists: readonly (readonly [string, readonly { name: string; address: string; guessedFrom?: string }[]])[] = [
  ['', []],
  [' , ', []],
  ['Ines <ines@shore.example>, tomas@shore.example', [ines, { name: '', address: 'tomas@shore.example' }]],
  ['ines@shore.example (Ines)', [ines]],
  ['"Doe, J." <j@d.example>', [{ name: 'Doe, J.', address: 'j@d.example' }]],
  ['J. R. Doe <j@d.example>', [{ name: 'J. R. Doe', address: 'j@d.example' }]],
  ['Inés Ü <i@d.example>', [{ name: 'Inés Ü', address: 'i@d.example' }]],
  ['ines', [{ name: '', address: 'ines@here.example', guessedFrom: 'ines' }]],
  [
    'Doe, John <j@d.example>',
    [
      { name: '', address: 'Doe@here.example', guessedFrom: 'Doe' },
      { name: 'John', address: 'j@d.example' },
    ],
  ],
  ['ines@shore.example\ntomas@shore.example\r\n', [ines, tomas].map(({ address }) => ({ name: '', address }))],
  ['Ines\n <ines@shore.example>,\r\nTomas <tomas@shore.example>', [ines, tomas]],
  ['ines@host', [{ name: '', address: 'ines@host.def.example' }]],
  ['"a b"@c.example', [{ name: '', address: 'a b@c.example' }]],
  ['i@bücher.example', [{ name: '', address: 'i@xn--bcher-kva.example' }]],
  ['i@[127.0.0.1]', [{ name: '', address: 'i@[127.0.0.1]' }]],
  [
    'Crew: ines@a.example, t@a.example; j@b.example',
    ['ines@a.example', 't@a.example', 'j@b.example'].map(address => ({ name: '', address })),
  ],
  ['undisclosed-recipients:;', []],
];

test('parseTypedList: lists as people type them', () => {
  assert.deepEqual(
    lists.map(([text]) => [text, parseTypedList(text, rewrite)]),
    lists.map(([text, people]) => [text, { ok: true, people }]),
  );
});

test('parseTypedList: a part that is not an address → that part is named', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['ines@shore.example, Ines Maro', 'Ines Maro'],
    ['a@b.example c@d.example', 'a@b.example c@d.example'],
    ['a@b.example, ines@', 'ines@'],
    ['Ines <ines@>', 'Ines <ines@>'],
    ['Ines <>', 'Ines <>'],
    ['@b.example', '@b.example'],
    ['<ines@b.example', '<ines@b.example'],
    ['"ines', '"ines'],
    ['a@b..example', 'a@b..example'],
    ['a@b!.example', 'a@b!.example'],
    ['inés@b.example', 'inés@b.example'],
    [`${'x'.repeat(900)}@b.example`, `${'x'.repeat(900)}@b.example`],
    ['a@b.example, a\u0000b@c.example', 'a\u0000b@c.example'],
  ];
  assert.deepEqual(
    bad.map(([text]) => [text, parseTypedList(text, rewrite)]),
    bad.map(([text, part]) => [text, { ok: false, part }]),
  );
});

test('formatPerson: any name → read back as the same person', () => {
  const name = fc.string({ unit: 'grapheme' }).map(text => text.replace(/[\u0000-\u001f\u007f]/g, '').trim());
  fc.assert(
    fc.property(name, fc.constantFrom('a@b.example', 'a b@c.example', 'a"@c.example'), (name, address) => {
      const list = parseTypedList(formatPerson({ name, address }), rewrite);
      const plain = (text: string): string => text.replace(/[\s.]+/g, '');
      const [person] = list.ok ? list.people : [];
      assert.equal(person?.address, address);
      assert.equal(plain(person?.name ?? ''), plain(name === address ? '' : name));
    }),
  );
});
