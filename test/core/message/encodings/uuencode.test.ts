// Files that were put into a text with uuencode.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeUuFiles } from '../../../../core/message/encodings/uuencode.ts';

test('takeUuFiles: 100,000 files, a hundred wanted → the others stay text', () => {
  const { text, files } = takeUuFiles('begin 644 a\n!!\nend\n'.repeat(100_000), false, 100);
  assert.equal(files.length, 100);
  assert.equal(text.match(/^begin 644 a$/gm)?.length, 99_900);
});
