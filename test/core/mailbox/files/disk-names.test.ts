// File names of any bytes are kept as text without loss, and shown as people can read them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diskPath, nameText, shownName } from '../../../../core/mailbox/files/disk-names.ts';
import { decodeUtf7, encodeUtf7 } from '../../../../core/message/encodings/utf7.ts';

test('nameText, diskPath: any bytes → text that means these and no others', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 }).map(array => Buffer.from(array));
  const awkward = fc.constantFrom('\uf7e9', '\ufffd', 'é', '😀', '\xe9').map(text => Buffer.from(text));
  const names = fc.array(fc.oneof(bytes, awkward), { maxLength: 4 }).map(pieces => Buffer.concat(pieces));
  fc.assert(
    fc.property(names, name => {
      const text = nameText(name);
      assert.ok(text.isWellFormed());
      assert.deepEqual(Buffer.from(diskPath(text)), name);
    }),
  );
});

test('shownName: bytes that are not UTF-8 → read as Latin-1', () => {
  assert.equal(shownName(nameText(Buffer.from('Entw\xfcrfe', 'latin1'))), 'Entwürfe');
  assert.equal(nameText(Buffer.from('Entwürfe')), 'Entwürfe');
});

test('decodeUtf7, encodeUtf7: names of RFC 3501 and others → there and back; text that is not modified UTF-7 stays', () => {
  const table: [written: string, shown: string][] = [
    ['~peter/mail/&U,BTFw-/&ZeVnLIqe-', '~peter/mail/台北/日本語'],
    ['Entw&APw-rfe', 'Entwürfe'],
    ['R&-D', 'R&D'],
    ['&2D3eAA-', '😀'],
  ];
  for (const [written, shown] of table) {
    assert.equal(decodeUtf7(written), shown);
    assert.equal(encodeUtf7(shown), written);
  }
  for (const name of ['R&D', 'a&APw', '&A-', '&2D0-', '&AAo-', 'Entwürfe']) assert.equal(decodeUtf7(name), name);
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), name => assert.ok(/^[ -~]*$/.test(encodeUtf7(name)))));
});
