// The form of a link has every word of a link file, with choices that the host accepts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkWords } from '../../../../core/control/links/link-words.ts';
import { fieldGroups, fieldWords, linkFields } from '../../../../renderer/models/links/link-fields.ts';

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
