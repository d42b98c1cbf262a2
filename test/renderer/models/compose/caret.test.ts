// Where the caret is when a draft opens: above the signature and outside of quotes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writingPosition } from '../../../../renderer/models/compose/caret.ts';

const quote = 'On Monday, Ines wrote:\n> tide\n>\n>> old\n';
const signature = '\n\n-- \nWanda\n';
const forwarded = '---------- Forwarded message ----------\nFrom: a@b\n\n> old\nwords\n';

/** `^` is the caret, for replies above the quote and below it. */
const table: [what: string, above: string, below: string][] = [
  ['nothing', '^', '^'],
  ['a new message with a signature', `^${signature}`, `^${signature}`],
  ['a link with words', `words^${signature}`, `words^${signature}`],
  ['a reply that begins above', `^\n\n${quote}${signature}`, `\n\n${quote}\n^${signature.slice(1)}`],
  ['a reply that begins below', `^${quote}\n${signature}`, `${quote}\n^${signature}`],
  ['the same without a signature', `^${quote}\n`, `${quote}\n^`],
  ['a reply with words above', `Aye.^\n\n${quote}${signature}`, `Aye.\n\n${quote}\n^${signature.slice(1)}`],
  ['a reply with words below', `^${quote}\nAye.${signature}`, `${quote}\nAye.^${signature}`],
  ['a forward', `^\n\n${forwarded}${signature}`, `^\n\n${forwarded}${signature}`],
  ['a signature in the quote', `^\n\nIt:\n> -- \n> x\n${signature}`, `\n\nIt:\n> -- \n> x\n\n^${signature.slice(1)}`],
];
for (const [what, ...places] of table) {
  test(`caret: ${what} → above the signature, outside of quotes`, () => {
    const found = (['above', 'below'] as const).map((answers, at) => {
      const words = places[at]?.replace('^', '') ?? '';
      const position = writingPosition(words, answers);
      return `${words.slice(0, position)}^${words.slice(position)}`;
    });
    assert.deepEqual(found, places);
  });
}
