// format=flowed (RFC 3676) as the composer writes it: another reader gets every text back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { encodeFlowed } from '../../../../core/inject/compose/encode-flowed.ts';

/** The text as an independent reader of format=flowed has it. */
async function readBack(text: string): Promise<string> {
  const head = 'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no\n\n';
  const email = await PostalMime.parse(`${head}${encodeFlowed(text)}\n`);
  return (email.text ?? '').replace(/\n$/, '');
}

test('encodeFlowed: what would be misread → stuffed with a space; blanks at line ends → gone', () => {
  assert.equal(
    encodeFlowed('From here\n indented\n> quoted\n>tight\n>> deep\nplain  \n-- \nInes'),
    ' From here\n  indented\n> quoted\n> tight\n>> deep\nplain\n-- \nInes',
  );
});

test('encodeFlowed: a long paragraph → soft breaks at 72, quoted ones under their own marks', () => {
  const words = 'seven77 '.repeat(12).trimEnd();
  const first = 'seven77 '.repeat(8);
  assert.equal(encodeFlowed(words), `${first}\n${'seven77 '.repeat(4).trimEnd()}`);
  assert.equal(encodeFlowed(`>> ${words}`), `>> ${first}\n>> ${'seven77 '.repeat(4).trimEnd()}`);
});

test('encodeFlowed: a word longer than a line → not cut', () => {
  const url = `https://shore.example/${'x'.repeat(100)}`;
  assert.equal(encodeFlowed(`see ${url} now`), `see \n${url} \nnow`);
});

test('encodeFlowed: any text → an independent reader has it back, but for blanks at line ends', async () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'é', '-', '.', '漢'), minLength: 1, maxLength: 90 });
  const line = fc.array(fc.oneof(word, fc.constantFrom('From', '-- ', '', ' ', 'b')), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async lines => {
      const text = lines.map(words => words.join(' ')).join('\n');
      const expected = text.split('\n').map(line => (line === '-- ' ? line : line.replace(/ +$/, '')));
      assert.equal((await readBack(text)).replace(/\n+$/, ''), expected.join('\n').replace(/\n+$/, ''));
    }),
    { numRuns: 200 },
  );
});
