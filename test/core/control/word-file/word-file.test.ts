// Files of words, whatever is in them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWords } from '../../../../core/control/word-file/word-file.ts';

test('word file: 10,000 lines that mean nothing → the first problems, and how many more', () => {
  const problems = readWords({}, {}, 'nonsense of a line\n'.repeat(10_000), 'a link');
  assert.equal(problems.length, 51);
  assert.deepEqual(problems[49], { line: 50, text: "nonsense is not a word of a link's file" });
  assert.deepEqual(problems[50], { line: undefined, text: 'and 9950 more lines are not right' });
});
