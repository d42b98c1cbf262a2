// Replies of SMTP servers, off the wire: whole lines, whatever the pieces, and never more than is needed for a report.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReplyReader, type SmtpReply } from '../../../core/conversation/smtp-reply.ts';

const replies: [wire: string, codes: number[], left: boolean][] = [
  ['220 hi\r\n', [220], false],
  ['220 hi\n250 ok\r\n', [220, 250], false],
  ['250-a\r\n250-b\r\n250 c\r\n', [250], false],
  ['250\r\n', [250], false],
  ['250-a\r\n', [], true],
  ['2', [], true],
  ['\r\n', [Number.NaN], false],
  ['2500 x\r\n', [Number.NaN], false],
  ['abc\r\n', [Number.NaN], false],
  ['150 x\r\n', [Number.NaN], false],
];

for (const [wire, codes, left] of replies) {
  test(`reply reader: ${JSON.stringify(wire)}, byte by byte → ${codes.join(' ') || 'not yet'}`, () => {
    const reader = createReplyReader();
    const taken: number[] = [];
    for (const byte of Buffer.from(wire)) {
      reader.push(Buffer.from([byte]));
      const reply = reader.take();
      if (reply) taken.push(reply.code);
    }
    assert.deepEqual(taken, codes);
    assert.equal(left, codes.length === 0);
  });
}

/** All replies of a stream that comes in these pieces. */
function readAll(pieces: readonly string[]): SmtpReply[] {
  const reader = createReplyReader();
  const taken: SmtpReply[] = [];
  for (const piece of pieces) {
    reader.push(Buffer.from(piece, 'latin1'));
    for (let reply = reader.take(); reply; reply = reader.take()) taken.push(reply);
  }
  return taken;
}

function cut(text: string, at: readonly number[]): string[] {
  const places = [0, ...at.filter(place => place <= text.length).sort((a, b) => a - b), text.length];
  return places.slice(1).map((to, index) => text.slice(places[index], to));
}

const cuts = fc.array(fc.nat(300), { maxLength: 8 });
const words = fc.string({ unit: fc.constantFrom('a', ' ', '-', '5', '\xff', '\0', '\r'), maxLength: 12 });

test('reply reader: replies of any number of lines, cut anywhere → each with its code and all its lines', () => {
  const replies = fc.array(
    fc.record({ code: fc.integer({ min: 200, max: 599 }), lines: fc.array(words, { minLength: 1, maxLength: 4 }) }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(replies, cuts, (sent, at) => {
      const wire = sent
        .map(({ code, lines }) =>
          lines.map((line, index) => `${code}${index < lines.length - 1 ? '-' : ' '}${line}\r\n`).join(''),
        )
        .join('');
      const clean = (line: string): string => line.replaceAll('\r', '').replaceAll('\0', '?');
      const expected = sent.map(({ code, lines }) => ({ code, lines: lines.map(clean) }));
      assert.deepEqual(
        readAll(cut(wire, at)).map(({ code, lines }) => ({ code, lines })),
        expected,
      );
    }),
  );
});

test('reply reader: any bytes, cut anywhere → the same replies as in one piece, no text without its end', () => {
  const wire = fc.string({
    unit: fc.constantFrom('2', '5', '0', '-', ' ', 'a', '\r', '\n', '\0', '\xff'),
    maxLength: 300,
  });
  fc.assert(
    fc.property(wire, cuts, (text, at) => {
      const replies = readAll([text]);
      assert.deepEqual(readAll(cut(text, at)), replies);
      for (const reply of replies) assert.match(reply.text, /^(?:[^\r\0\n]*\n)+$/);
    }),
    { numRuns: 1000 },
  );
});

test('reply reader: a long reply → 5000 bytes of text, a line too long or a reply without end → an error', () => {
  const [reply] = readAll([`${`250-${'x'.repeat(100)}\r\n`.repeat(1000)}250 end\r\n`]);
  assert.equal(reply?.code, 250);
  assert.equal(reply?.text.length, 5000);
  assert.throws(() => readAll(['2'.repeat(70_000)]), /a line without end/);
  assert.throws(() => readAll(Array(9000).fill(`250-${'x'.repeat(1000)}\r\n`)), /a reply without end/);
});
