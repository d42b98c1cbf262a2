// The bytes after DATA: dots are undone, only CR LF . CR LF ends the message, and a bare LF is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createDataDecoder } from '../../../../core/receive/smtp/data.ts';

/** Feeds the wire in pieces and tells the message, what is left behind the final dot, and how it went. */
function decode(pieces: readonly Buffer[]) {
  const decoder = createDataDecoder();
  let message = '';
  for (const [at, piece] of pieces.entries()) {
    const { raw, end, bareLf } = decoder.push(piece);
    message += raw.toString('latin1');
    if (bareLf) return { message, result: 'bare LF' };
    if (end !== undefined) {
      const rest = Buffer.concat([piece.subarray(end), ...pieces.slice(at + 1)]).toString('latin1');
      return { message, result: 'end', rest };
    }
  }
  return { message, result: 'more' };
}

function everyByteAlone(wire: string): Buffer[] {
  return [...Buffer.from(wire, 'latin1')].map(byte => Buffer.from([byte]));
}

const end = (message: string, rest = '') => ({ message, result: 'end', rest });
const more = (message: string) => ({ message, result: 'more' });
const bareLf = (message: string) => ({ message, result: 'bare LF' });

const table: [wire: string, expected: ReturnType<typeof decode>][] = [
  ['.\r\n', end('')],
  ['a\r\n.\r\n', end('a\n')],
  ['a\r\n.\r\nQUIT\r\n', end('a\n', 'QUIT\r\n')],
  ['\r\n.\r\n', end('\n')],
  ['..a\r\n.\r\n', end('.a\n')],
  ['.a\r\n.\r\n', end('a\n')],
  ['...\r\n..\r\n.\r\n', end('..\n.\n')],
  ['a\rb\r\n.\r\n', end('a\rb\n')],
  ['\0\xff\r\n.\r\n', end('\0\xff\n')],
  // Smuggling: nothing of this may end the message.
  ['x\n.\r\nMAIL FROM:<>\r\n', bareLf('')],
  ['x\r\n.\nMAIL FROM:<>\r\n', bareLf('x\n')],
  ['x\n.\nMAIL FROM:<>\r\n', bareLf('')],
  ['\n', bareLf('')],
  ['\r\n\n', bareLf('\n')],
  ['x\r\n.\r.\r\n.\r\n', end('x\n.\r.\n')],
  ['x\r.\rMAIL\r\n.\r\n', end('x\r.\rMAIL\n')],
  ['x\r.\r\nMAIL\r\n.\r\n', end('x\r.\nMAIL\n')],
  ['x\r\n.\rMAIL\r\n.\r\n', end('x\n.\rMAIL\n')],
  ['x\r\n.\r\r\nMAIL\r\n.\r\n', end('x\n.\r\nMAIL\n')],
  ['x\r\r\n.\r\n', end('x\r\n')],
  ['x\r\n\0.\r\nMAIL\r\n.\r\n', end('x\n\0.\nMAIL\n')],
  ['x\r\n.\0\r\nMAIL\r\n.\r\n', end('x\n\0\nMAIL\n')],
  ['x\r\n.\r\0\nMAIL\r\n', bareLf('x\n.\r')],
  ['x\r\0\n.\r\n', bareLf('x\r')],
  ['x\r\n.', more('x\n')],
  ['x\r\n.\r', more('x\n')],
  ['x\r', more('x')],
];

for (const [wire, expected] of table) {
  test(`data decoder: ${JSON.stringify(wire)} → ${expected.result}`, () => {
    const { message, ...outcome } = expected;
    const whole = decode([Buffer.from(wire, 'latin1')]);
    // In one piece the bytes of the line with the bare LF may or may not be handed on: nothing is queued anyway.
    if (expected.result === 'bare LF') assert.equal(whole.result, 'bare LF');
    else assert.deepEqual(whole, expected);
    const split = decode(everyByteAlone(wire));
    if (expected.result === 'bare LF') assert.equal(split.result, 'bare LF');
    else assert.deepEqual(split, { message, ...outcome });
  });
}

/** The rule of RFC 5321 section 4.5.2, written the slow way. */
function encode(message: string): string {
  const lines = message.split('\n').slice(0, -1);
  return `${lines.map(line => `${line.startsWith('.') ? '.' : ''}${line}\r\n`).join('')}.\r\n`;
}

const nasty = fc.string({ unit: fc.constantFrom('a', '.', '\r', '\n', '\0', '\xff'), maxLength: 40 });

test('data decoder: any message, encoded and cut anywhere → the same message, and what follows stays', () => {
  fc.assert(
    fc.property(nasty, fc.array(fc.nat(60), { maxLength: 8 }), (text, cuts) => {
      // A CR before the line end is a CR too many for SMTP itself: CR CR LF comes back as CR LF.
      const message = `${text}\n`;
      const wire = Buffer.from(`${encode(message)}NOOP\r\n`, 'latin1');
      const at = [0, ...[...cuts].sort((a, b) => a - b), wire.length];
      const pieces = at.slice(1).map((to, i) => wire.subarray(at[i], to));
      assert.deepEqual(decode(pieces), end(message, 'NOOP\r\n'));
    }),
    { numRuns: 2000 },
  );
});

test('data decoder: any bytes → only CR LF . CR LF ends, and a LF without CR always stops', () => {
  fc.assert(
    fc.property(nasty, text => {
      const wire = `${text}\r\n.\r\n`;
      const bare = wire.search(/(?<!\r)\n/);
      const final = `\r\n${wire}`.indexOf('\r\n.\r\n');
      const { result } = decode(everyByteAlone(wire));
      assert.equal(result, bare >= 0 && bare < final ? 'bare LF' : 'end');
    }),
    { numRuns: 2000 },
  );
});
