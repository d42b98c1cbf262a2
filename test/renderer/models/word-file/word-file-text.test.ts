// The text of a word file: a word that is read, and one that is set, which changes only its own lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldWords } from '../../../../renderer/models/links/link-fields.ts';
import { valuesOf, withValues, wordAt } from '../../../../renderer/models/word-file/word-file-text.ts';

const file = `# The harbour's radio
carries  a.example b.example
server 10.0.0.1
  window mon 06:00-06:15
window tue 06:00-06:15 

# costs
currency\tEUR
`;

test('word file text: a word read → its values; a word set → only its lines change', () => {
  assert.deepEqual(valuesOf(file, 'window'), ['mon 06:00-06:15', 'tue 06:00-06:15']);
  assert.deepEqual(valuesOf(file, 'currency'), ['EUR']);
  assert.equal(withValues(file, 'window', valuesOf(file, 'window'), fieldWords), file);
  assert.equal(withValues(file, 'currency', ['XOF'], fieldWords), file.replace('currency\tEUR', 'currency\tXOF'));
  assert.equal(
    withValues(file, 'window', ['mon 06:00-06:15', 'wed 06:00-06:15', 'fri 06:00-06:15'], fieldWords),
    file.replace('window tue 06:00-06:15 \n', 'window wed 06:00-06:15\nwindow fri 06:00-06:15\n'),
  );
  assert.equal(withValues(file, 'carries', [], fieldWords), file.replace('carries  a.example b.example\n', ''));
  assert.equal(
    withValues(file, 'protocol', ['qmtp'], fieldWords),
    file.replace('server 10.0.0.1\n', 'server 10.0.0.1\nprotocol qmtp\n'),
  );
  assert.equal(withValues('', 'server', ['10.0.0.1'], fieldWords), 'server 10.0.0.1\n');
  assert.equal(withValues('server\n', 'server', ['x'], fieldWords), 'server x\n');
});

test('word file text: the word of a line, by its number → undefined for comments, empty lines and lines that are not there', () => {
  assert.deepEqual(
    [0, 1, 2, 4, 6, 8, 99].map(line => wordAt(file, line)),
    [undefined, undefined, 'carries', 'window', undefined, 'currency', undefined],
  );
});
