// addcr, delcr, fixcrio, sendmail's filter and recordio change line ends as their originals do, cut anywhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createCrAdder,
  createCrFixer,
  createCrRemover,
  createLeadingCrRemover,
  type LineFilter,
} from '../../../../core/lib/text/line-ends.ts';
import { recordOf, recordOfEnd } from '../../../../core/ucspi/record.ts';

const filters = {
  addcr: createCrAdder,
  delcr: createCrRemover,
  fixcrio: createCrFixer,
  sendmail: createLeadingCrRemover,
};

function pass(filter: LineFilter, pieces: readonly Buffer[]): string {
  return Buffer.concat([...pieces.map(piece => filter.push(piece)), filter.end()]).toString('latin1');
}

const bytes = (text: string): Buffer[] => [...Buffer.from(text, 'latin1')].map(byte => Buffer.from([byte]));

const table: [name: keyof typeof filters, text: string, expected: string][] = [
  ['fixcrio', 'a\nb\r\nc', 'a\r\nb\r\nc'], // smtpd.md 12
  ['addcr', 'b\r\n', 'b\r\r\n'], // smtpd.md 12
  ['delcr', 'x\r\r\n', 'x\r\n'], // smtpd.md 12
  ['fixcrio', '\n\r\n\r\r\n\0', '\r\n\r\n\r\r\n\0'],
  ['addcr', '\na\rb\n\xffc', '\r\na\rb\r\n\xffc'],
  ['delcr', 'a\rb\r\nc\n\nd\r', 'a\rb\nc\n\nd\r'],
  ['sendmail', 'a\rb\r\nc\n\r\nd\r', 'a\rb\nc\n\nd\r'],
  ['sendmail', '\r\nb\r\r\n', '\nb\r\n'],
  ['sendmail', 'a\r\r\n\r\n', 'a\r\n\n'],
  ['sendmail', 'a\rb\nc\r\nd\r', 'a\rb\nc\r\nd\r'],
  ['sendmail', '\nb\r\n', '\nb\r\n'],
  ['sendmail', 'a\r', 'a\r'],
  ['sendmail', '', ''],
];

for (const [name, text, expected] of table) {
  test(`${name}: ${JSON.stringify(text)} → ${JSON.stringify(expected)}, whole or byte by byte`, () => {
    const both = [[Buffer.from(text, 'latin1')], bytes(text)].map(pieces => pass(filters[name](), pieces));
    assert.deepEqual(both, [expected, expected]);
  });
}

test('addcr, then delcr: any text → the same text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\0') }), text => {
      assert.equal(pass(createCrRemover(), [Buffer.from(pass(createCrAdder(), [Buffer.from(text)]))]), text);
    }),
  );
});

/** Few kinds of bytes, so that line ends come close together and are cut in every way. */
const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\xff'), maxLength: 30 }));

test('delcr: any text, cut anywhere → CR LF becomes LF, nothing else changes', () => {
  fc.assert(
    fc.property(pieces, texts => {
      const raw = texts.map(text => Buffer.from(text, 'latin1'));
      assert.equal(pass(createCrRemover(), raw), texts.join('').replaceAll('\r\n', '\n'));
    }),
  );
});

test('sendmail: any text, cut anywhere → CR LF becomes LF where the first line ends so, else nothing changes', () => {
  fc.assert(
    fc.property(pieces, texts => {
      const whole = texts.join('');
      const mended = whole.indexOf('\r\n') === whole.indexOf('\n') - 1 ? whole.replaceAll('\r\n', '\n') : whole;
      const raw = texts.map(text => Buffer.from(text, 'latin1'));
      assert.equal(pass(createLeadingCrRemover(), raw), mended);
    }),
  );
});

test('recordOf: lines, half lines, long pieces → a line each', () => {
  const long = Buffer.from(`a\n${'0'.repeat(300)}\n`);
  assert.equal(recordOf(Buffer.from('a\n\nb'), 7, '<').toString(), '7 < a \n7 <  \n7 < b+\n');
  assert.equal(recordOf(long, 7, '>').toString(), `7 > a \n7 > ${'0'.repeat(254)}+\n7 > ${'0'.repeat(46)} \n`);
  assert.equal(recordOfEnd(7, '<'), '7 < [EOF]\n');
});
