// A long text is cut into chunks at line ends and blanks, and never within a character.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textChunks } from '../../../renderer/ui/text-chunks.ts';

test('textChunks: any text → put together the text, cut at line ends, at blanks, and never within a character', () => {
  const units = fc.constantFrom(
    'x',
    '\u{1f468}',
    ' ',
    '\n',
    'word '.repeat(300),
    '\u{1f468}'.repeat(1500),
    'x\n'.repeat(900),
  );
  fc.assert(
    fc.property(fc.string({ unit: units, maxLength: 60 }), words => {
      const pieces = textChunks(words);
      assert.equal(pieces.join(''), words);
      for (const piece of pieces) assert.ok(piece.length <= 8000 && piece.isWellFormed());
    }),
  );
  assert.deepEqual(textChunks('short\n'), ['short\n']);
  assert.ok(textChunks('a b\n'.repeat(10_000)).every(piece => piece.endsWith('\n')));
  assert.ok(textChunks('a b '.repeat(10_000)).every(piece => piece.endsWith(' ')));
});
