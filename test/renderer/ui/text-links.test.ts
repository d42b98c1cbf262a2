// Web and mail addresses in a text become links, never dangerous ones, and no word is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitLinks } from '../../../renderer/ui/text-links.ts';

test('splitLinks: web and mail addresses, without the sentence around them', () => {
  const links = (words: string) =>
    splitLinks(words).flatMap(part => (part.kind === 'link' ? [[part.text, part.url]] : []));
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

test('splitLinks: any text → the parts put together are the text, and no link has a dangerous scheme', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.webUrl(), fc.emailAddress(), (words, url, address) => {
      const whole = `${words} ${url} ${address}`;
      const parts = splitLinks(whole);
      assert.equal(parts.map(part => part.text).join(''), whole);
      for (const part of parts) if (part.kind === 'link') assert.match(part.url, /^(?:https?|mailto):/i);
    }),
  );
});

test('splitLinks: a hundred thousand links → no more than the window can show, and no word lost', () => {
  const links = 'me@a.example '.repeat(50_000);
  const parts = splitLinks(links);
  assert.equal(parts.filter(part => part.kind === 'link').length, 2000);
  assert.equal(parts.map(part => part.text).join(''), links);
});
