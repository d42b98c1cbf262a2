// Transfer encodings are undone, also where programs write them wrongly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeTransfer } from '../../../../core/message/encodings/transfer.ts';

function decoded(text: string, encoding: string): string {
  return Buffer.from(decodeTransfer(Buffer.from(text, 'latin1'), encoding)).toString('latin1');
}

test('decodeTransfer: every encoding, as programs write it and as they should not → the bytes', () => {
  const table: [encoding: string, encoded: string, bytes: string][] = [
    ['7bit', 'a\r\nb\nc\r\r\nd\re\r', 'a\nb\nc\nd\re\r'],
    ['', '', ''],
    ['quoted-printable', 'caf=C3=A9 =\r\nau lait', 'caf\xc3\xa9 au lait'],
    ['quoted-printable', 'soft= \t\nbreak=', 'softbreak'],
    ['quoted-printable', 'a=3d=3D=0D=0a\r\nb', 'a==\r\n\nb'],
    ['quoted-printable', '= =G1 =4', '= =G1 =4'],
    ['base64', 'QUJD\r\nREVG', 'ABCDEF'],
    ['base64', 'QQ==\nQkM=\n*RA', 'ABCD'],
    ['base64', 'QUJDR', 'ABC'],
    ['x-unknown', 'QUJD', 'QUJD'],
  ];
  for (const [encoding, encoded, bytes] of table) assert.equal(decoded(encoded, encoding), bytes, encoded);
});

test('decodeTransfer: base64 of any bytes in lines of any length → those bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const lines = Buffer.from(bytes)
        .toString('base64')
        .replace(/.{1,80}/g, line => `${line.slice(0, width)}\n${line.slice(width)}`);
      assert.deepEqual(Buffer.from(decodeTransfer(Buffer.from(lines), 'base64')), Buffer.from(bytes));
    }),
  );
});
