import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { promisedFile } from '../../../renderer/models/compose/promised-file.ts';
import { textBlocks, textParts, textPieces } from '../../../renderer/ui/text-parts.ts';

test('textBlocks: quotes by depth, then the signature', () => {
  assert.deepEqual(textBlocks('Hello,\r\n\r\n> could we\n> have it?\n>> as last year\n> > indeed\nYes.\n-- \nIda\n'), [
    { depth: 0, signature: false, text: 'Hello,\n' },
    { depth: 1, signature: false, text: 'could we\nhave it?' },
    { depth: 2, signature: false, text: 'as last year\nindeed' },
    { depth: 0, signature: false, text: 'Yes.' },
    { depth: 0, signature: true, text: '-- \nIda' },
  ]);
});

test('textBlocks, textParts: a hundred thousand quotes or links → no more than the window can show, and no word lost', () => {
  const quotes = '> a\nb\n'.repeat(50_000);
  const blocks = textBlocks(quotes);
  assert.equal(blocks.length, 2000);
  assert.equal(blocks.flatMap(block => block.text.split('\n')).length, 100_000);
  const links = 'me@a.example '.repeat(50_000);
  const parts = textParts(links);
  assert.equal(parts.filter(part => part.kind === 'link').length, 2000);
  assert.equal(parts.map(part => part.text).join(''), links);
});

test('textPieces: any text → put together the text, cut at line ends, at blanks, and never within a character', () => {
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
      const pieces = textPieces(words);
      assert.equal(pieces.join(''), words);
      for (const piece of pieces) assert.ok(piece.length <= 8000 && piece.isWellFormed());
    }),
  );
  assert.deepEqual(textPieces('short\n'), ['short\n']);
  assert.ok(textPieces('a b\n'.repeat(10_000)).every(piece => piece.endsWith('\n')));
  assert.ok(textPieces('a b '.repeat(10_000)).every(piece => piece.endsWith(' ')));
});

test('textParts: web and mail addresses, without the sentence around them', () => {
  const links = (words: string) =>
    textParts(words).flatMap(part => (part.kind === 'link' ? [[part.text, part.url]] : []));
  const table: [string, string[][]][] = [
    ['see https://a.example/b.', [['https://a.example/b', 'https://a.example/b']]],
    ['(https://a.example/b_(c))', [['https://a.example/b_(c)', 'https://a.example/b_(c)']]],
    ['<https://a.example/?q=1&r=2>', [['https://a.example/?q=1&r=2', 'https://a.example/?q=1&r=2']]],
    ['write to me@a.example, please', [['me@a.example', 'mailto:me@a.example']]],
    ['mailto:me@a.example?subject=x!', [['mailto:me@a.example?subject=x', 'mailto:me@a.example?subject=x']]],
    ['javascript:alert(1) file:///etc/passwd', []],
    ['a@b is no address, 3 @ 4 neither', []],
  ];
  assert.deepEqual(
    table.map(([words]) => links(words)),
    table.map(([, found]) => found),
  );
});

test('textParts: any text → the parts put together are the text, and no link has a dangerous scheme', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.webUrl(), fc.emailAddress(), (words, url, address) => {
      const whole = `${words} ${url} ${address}`;
      const parts = textParts(whole);
      assert.equal(parts.map(part => part.text).join(''), whole);
      for (const part of parts) if (part.kind === 'link') assert.match(part.url, /^(?:https?|mailto):/i);
    }),
  );
});

test('promisedFile: the author’s own words only', () => {
  const table: [string, string, string | undefined][] = [
    ['Berth', 'The plan is attached.', 'attached'],
    ['Berth', '> The plan is attached.\nThank you', undefined],
    ['Berth', 'Yours\n-- \nAttachments welcome', undefined],
    ['Re: the attachment', 'Thank you', undefined],
    ['Enclosed: plan', 'Here', 'Enclosed'],
    ['Berth', 'I am detached from it', undefined],
  ];
  assert.deepEqual(
    table.map(([subject, body]) => promisedFile(subject, body)),
    table.map(([, , word]) => word),
  );
});
