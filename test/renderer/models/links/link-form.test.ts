// The form of a link has every word of a link file, and changes only the lines of the word that was set.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkWords } from '../../../../core/control/links/link-words.ts';
import { fieldGroups, fieldWords, linkFields } from '../../../../renderer/models/links/link-fields.ts';
import { valuesOf, withValues } from '../../../../renderer/models/word-file/word-file-text.ts';

const file = `# The harbour's radio
carries  a.example b.example
server 10.0.0.1
  window mon 06:00-06:15
window tue 06:00-06:15 

# costs
currency\tEUR
`;

test('link form: its fields → every word of a link file once, with a list where a word repeats', () => {
  assert.deepEqual([...fieldWords].sort(), Object.keys(linkWords).sort());
  const lists = fieldGroups
    .flatMap(group => [...linkFields[group]])
    .filter(({ control }) => ['lines', 'steps', 'windows'].includes(control));
  assert.deepEqual(
    lists.map(({ word }) => word).sort(),
    Object.entries(linkWords)
      .filter(([, { repeats }]) => repeats)
      .map(([word]) => word)
      .sort(),
  );
});

test('link form: choices → each is a value that the host accepts', () => {
  const refused = fieldGroups
    .flatMap(group => [...linkFields[group]])
    .flatMap(field => ('choices' in field ? field.choices.map(choice => [field.word, choice] as const) : []))
    .filter(([word]) => word !== 'known-by')
    .filter(([word, choice]) => linkWords[word].read({} as never, choice) !== undefined);
  assert.deepEqual(refused, []);
});

test('link text: a word read → its values; a word set → only its lines change', () => {
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
