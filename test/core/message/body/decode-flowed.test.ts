// Text that is broken softly and then joined again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFlowed } from '../../../../core/inject/compose/encode-flowed.ts';
import { decodeFlowed } from '../../../../core/message/body/decode-flowed.ts';

test('decodeFlowed: RFC 3676 sections 4.2 to 4.5 → paragraphs, quotes and the signature', () => {
  const table: [flowed: string, delSp: boolean, text: string][] = [
    ['soft \nbreak', false, 'soft break'],
    ['so \nft \nbreak', true, 'softbreak'],
    ['fixed\nlines', false, 'fixed\nlines'],
    [' From x\n stuffed\n  two', false, 'From x\nstuffed\n two'],
    ['>> a \n>> b\n> c \n> d', false, '>> a b\n> c d'],
    ['>a \n> b', false, '> a b'],
    ['> one \n>> two', false, '> one\n>> two'],
    ['plain \n> quoted', false, 'plain\n> quoted'],
    ['text \n-- \nname \nplace', false, 'text\n-- \nname place'],
    ['> text \n> -- \n> name', false, '> text\n> -- \n> name'],
    ['a \n\nb', false, 'a \nb'],
    [' > not quoted', false, ' > not quoted'],
    ['', false, ''],
  ];
  for (const [flowed, delSp, text] of table) assert.equal(decodeFlowed(flowed, delSp), text, flowed);
});

test('encodeFlowed, decodeFlowed: any text → the same text, but for blanks at the ends of lines', () => {
  const word = fc.constantFrom(
    'word',
    ' ',
    '  ',
    '\n',
    '> ',
    '>',
    '>>',
    '-- ',
    'From ',
    'x'.repeat(80),
    'a longer run of words',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), words => {
      const text = words.join('');
      const there = decodeFlowed(encodeFlowed(text), false);
      const lines = (all: string) => all.split('\n').map(line => line.replace(/^(>+) ?/, '$1').trimEnd());
      assert.deepEqual(lines(there), lines(text));
    }),
  );
});
