// Whether a header has a line, the test for mail loops, is found out however the bytes arrive.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerHasLine } from '../../../../core/local/message/message-reader.ts';

const line = 'Delivered-To: joe@here\n';

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
}

const headers: [what: string, text: string, found: boolean][] = [
  ['first line', `${line}\nbody`, true],
  ['after long and short lines', `X: ${'x'.repeat(1000)}\nA: b\n${line}`, true],
  ['other case', `delivered-to: joe@here\n\n`, false],
  ['in the body', `A: b\n\n${line}`, false],
  ['last line without LF', 'A: b\nDelivered-To: joe@here', false],
  ['only its beginning', 'Delivered-To: joe@\n\n', false],
  ['longer line', 'Delivered-To: joe@here.example\n\n', false],
  ['empty message', '', false],
];
for (const [what, text, found] of headers) {
  test(`headerHasLine: ${what} → ${found}, however the bytes arrive`, async () => {
    for (const size of [1, 2, 3, 7, 64, 5000]) assert.equal(await headerHasLine(pieces(text, size), line), found);
  });
}

test('headerHasLine: any header → what a search of its lines says', async () => {
  const one = fc.oneof(fc.constantFrom('L\n', 'L', 'LL\n', '\n', 'x\n'), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.array(one), fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const text = parts.join('');
      const end = `\n${text}`.indexOf('\n\n');
      const header = end < 0 ? text : text.slice(0, end);
      const expected = `\n${header}`.includes('\nL\n');
      assert.equal(await headerHasLine(pieces(text, size), 'L\n'), expected);
    }),
  );
});
