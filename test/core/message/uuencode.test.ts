// Files that were put into a text with uuencode.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeUuFiles } from '../../../core/message/uuencode.ts';

test('uuencode: 100,000 files in one text → a hundred are taken out, the others stay text', () => {
  const { text, files } = takeUuFiles('begin 644 a\n!!\nend\n'.repeat(100_000), false);
  assert.equal(files.length, 100);
  assert.equal(text.match(/^begin 644 a$/gm)?.length, 99_900);
});
