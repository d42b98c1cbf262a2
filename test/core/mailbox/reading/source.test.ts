// The source of a message is readable whatever its bytes are, and all of it can be fetched in pieces.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPiece, showSource, sourceText } from '../../../../core/mailbox/reading/source.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('sourceText: UTF-8, other bytes → each line readable', () => {
  const utf8 = Buffer.from('Subject: Grüße 你好\n\nš\n');
  assert.equal(sourceText(utf8), 'Subject: Grüße 你好\n\nš\n');
  const latin1 = Buffer.from('M\xfcller\n', 'latin1');
  assert.equal(
    sourceText(Buffer.concat([utf8, latin1, utf8])),
    'Subject: Grüße 你好\n\nš\nMüller\nSubject: Grüße 你好\n\nš\n',
  );
  assert.equal(sourceText(Buffer.from([0xff])), 'ÿ');
  assert.equal(sourceText(Buffer.alloc(0)), '');
});

test('source: a long file → its start for viewing, all of it in pieces, byte for byte', async t => {
  const path = join(tempDir(t), 'mail');
  const raw = Buffer.alloc(5 * 1024 * 1024 + 3, 'Kä你e\r\n\0');
  writeFileSync(path, raw);
  const { text, cut } = await showSource(path);
  assert.deepEqual([text.startsWith('Kä你e\r\n\0'), cut, /[^Kä你e\r\n\0]/.test(text)], [true, true, false]);
  const pieces: Buffer[] = [];
  for (let offset = 0; offset < raw.length; ) {
    const piece = await readPiece(path, offset);
    assert.equal(piece.sizeBytes, raw.length);
    pieces.push(Buffer.from(piece.base64, 'base64'));
    offset += pieces.at(-1)?.length ?? 0;
  }
  assert.deepEqual([pieces.length, Buffer.concat(pieces).equals(raw)], [2, true]);
  assert.deepEqual(await readPiece(path, raw.length), { base64: '', sizeBytes: raw.length });
});
