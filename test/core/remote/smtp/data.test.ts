// A message on the wire: dots, line ends, and whether every server would find the same end of it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createDotEncoder } from '../../../../core/conversation/dot-encoder.ts';
import { createDataDecoder } from '../../../../core/receive/smtp/data.ts';
import { filePieces } from '../../../../core/remote/outgoing-message.ts';
import { inspectMessage, type MessageFacts, wirePieces } from '../../../../core/remote/smtp/data.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** The message on the wire, from a file; cut into pieces where `cuts` says when it is given. */
function encode(text: string, cuts: readonly number[] = []): string {
  const raw = Buffer.from(text, 'latin1');
  const encoder = createDotEncoder();
  const at = [0, ...[...cuts].sort((a, b) => a - b), raw.length];
  const wire = at.slice(1).map((to, i) => encoder.push(raw.subarray(at[i], to)).toString('latin1'));
  return `${wire.join('')}${encoder.end().toString('latin1')}.\r\n`;
}

const encodings: [text: string, wire: string][] = [
  // remote.md 11
  ['.a\n\n..\n', '..a\r\n\r\n...\r\n.\r\n'],
  ['', '.\r\n'],
  ['.\n', '..\r\n.\r\n'],
  ['a.\n.\n', 'a.\r\n..\r\n.\r\n'],
  // A line that ends in CR LF already is sent as one line end.
  ['a\r\n.\r\n', 'a\r\n..\r\n.\r\n'],
  // So is one that ends in a lone CR, as notqmail 1.09 sends it; here the dot behind it is stuffed too.
  ['a\rb\n\0\xff\n', 'a\r\nb\r\n\0\xff\r\n.\r\n'],
  ['a\r\r\n', 'a\r\n\r\n.\r\n'],
  ['a\r.\r\nb\r', 'a\r\n..\r\nb\r\n.\r\n'],
  ['\r', '\r\n.\r\n'],
];

for (const [text, wire] of encodings) {
  test(`dot encoder: ${JSON.stringify(text)} → ${JSON.stringify(wire)}`, async t => {
    assert.equal(encode(text), wire);
    const path = join(tempDir(t), 'message');
    writeFileSync(path, Buffer.from(text, 'latin1'));
    const pieces = [];
    for await (const piece of wirePieces(filePieces(path))) pieces.push(piece);
    assert.equal(Buffer.concat(pieces.map(({ raw }) => raw)).toString('latin1'), wire);
    assert.deepEqual(
      pieces.map(({ isLast }) => isLast),
      [true],
    );
  });
}

async function inspect(directory: string, text: string): Promise<MessageFacts> {
  const path = join(directory, 'message');
  writeFileSync(path, Buffer.from(text, 'latin1'));
  return inspectMessage(filePieces(path));
}

const plain = { eightBit: false, eightBitHeader: false, longLines: false, complete: true, unambiguous: true };

const facts: [text: string, facts: MessageFacts][] = [
  ['', { ...plain, wireBytes: 0 }],
  ['a\n', { ...plain, wireBytes: 3 }],
  ['a\r\n', { ...plain, wireBytes: 3 }],
  ['.\n', { ...plain, wireBytes: 3 }],
  ['\xe4\n', { ...plain, wireBytes: 3, eightBit: true, eightBitHeader: true }],
  ['\n\xe4\n', { ...plain, wireBytes: 5, eightBit: true }],
  ['a\r\n\r\n\xe4\n', { ...plain, wireBytes: 8, eightBit: true }],
  [`${'a'.repeat(998)}\n`, { ...plain, wireBytes: 1000 }],
  [`${'a'.repeat(998)}\r\n`, { ...plain, wireBytes: 1000 }],
  [`a\n${'a'.repeat(999)}\n`, { ...plain, wireBytes: 1004, longLines: true }],
  ['a'.repeat(999), { ...plain, wireBytes: 999, longLines: true, complete: false }],
  ['a', { ...plain, wireBytes: 1, complete: false }],
  ['a\r', { ...plain, wireBytes: 3 }],
  ['a\r.\r\n', { ...plain, wireBytes: 6 }],
  ['a\r\r\nb\n', { ...plain, wireBytes: 8 }],
  // Smuggling: what a sloppy server could take for the end of data.
  ['a\n\0.\nb\n', { ...plain, wireBytes: 10, unambiguous: false }],
  ['a\n.\0\nb\n', { ...plain, wireBytes: 10 }],
  ['\r\0.\0\n', { ...plain, wireBytes: 7, unambiguous: false }],
  ['\n\0.\rb\n', { ...plain, wireBytes: 9, unambiguous: false }],
];

for (const [text, expected] of facts) {
  test(`inspectMessage: ${JSON.stringify(text)} → ${JSON.stringify(expected)}`, async t => {
    assert.deepEqual(await inspect(tempDir(t), text), expected);
  });
}

const nasty = fc.string({ unit: fc.constantFrom('a', '.', '\r', '\n', '\0', '\xff'), maxLength: 30 });

test('dot encoder: any message, cut anywhere → our own server gets the same lines', () => {
  fc.assert(
    fc.property(nasty, fc.array(fc.nat(30), { maxLength: 5 }), (text, cuts) => {
      const message = `${text}\n`;
      const wire = Buffer.from(encode(message, cuts), 'latin1');
      const { raw, end } = createDataDecoder().push(wire);
      assert.deepEqual([raw.toString('latin1'), end], [message.replace(/\r\n?/g, '\n'), wire.length]);
    }),
    { numRuns: 2000 },
  );
});

test('inspectMessage: any message → unambiguous exactly when the sloppiest reader finds one end, the true one', async t => {
  const directory = tempDir(t);
  await fc.assert(
    fc.asyncProperty(nasty, async text => {
      const message = `${text}\n`;
      const { wireBytes, unambiguous } = await inspect(directory, message);
      const lines = encode(message)
        .replaceAll('\0', '')
        .split(/\r\n|\r|\n/);
      // Behind the final dot there is one empty piece.
      const endsOnce = lines.indexOf('.') === lines.length - 2;
      const withoutDots = encode(message).slice(0, -3).replace(/^\./gm, '');
      assert.deepEqual([unambiguous, wireBytes], [endsOnce, withoutDots.length]);
    }),
    { numRuns: 1000 },
  );
});
