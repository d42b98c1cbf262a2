// A text is divided into quotes by depth and a signature, into no more blocks than can be shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textBlocks } from '../../../renderer/ui/text-blocks.ts';

test('textBlocks: quotes by depth, then the signature', () => {
  assert.deepEqual(textBlocks('Hello,\r\n\r\n> could we\n> have it?\n>> as last year\n> > indeed\nYes.\n-- \nIda\n'), [
    { depth: 0, signature: false, text: 'Hello,\n' },
    { depth: 1, signature: false, text: 'could we\nhave it?' },
    { depth: 2, signature: false, text: 'as last year\nindeed' },
    { depth: 0, signature: false, text: 'Yes.' },
    { depth: 0, signature: true, text: '-- \nIda' },
  ]);
});

test('textBlocks: a hundred thousand quotes → no more blocks than the window can show, and no line lost', () => {
  const blocks = textBlocks('> a\nb\n'.repeat(50_000));
  assert.equal(blocks.length, 2000);
  assert.equal(blocks.flatMap(block => block.text.split('\n')).length, 100_000);
});
