// How people are named: never by a name that passes for another address.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstNames, fullPerson, peopleNames, personName, repliesElsewhere } from '../../../renderer/text/people.ts';

const ines = { name: 'Ines', address: 'ines@shore.example' };
const other = { name: 'INES', address: 'ines@elsewhere.example' };
const bare = { name: '', address: 'tomas@shore.example' };

test('personName: a name, an address, a name that looks like another address', () => {
  assert.deepEqual(
    [ines, bare, { name: 'boss@bank.example', address: 'eve@x.example' }, { name: 'nobody', address: '' }].map(
      personName,
    ),
    ['Ines', 'tomas@shore.example', 'boss@bank.example <eve@x.example>', 'nobody'],
  );
  assert.equal(fullPerson({ name: 'a@x.example', address: 'a@x.example' }), 'a@x.example');
});

test('peopleNames: addresses where a name is shared, among those that are looked at too', () => {
  assert.equal(peopleNames([ines, bare]), 'Ines, tomas@shore.example');
  assert.equal(peopleNames([ines, bare, ines]), 'Ines, tomas@shore.example, Ines');
  assert.equal(peopleNames([ines, other]), 'Ines <ines@shore.example>, INES <ines@elsewhere.example>');
  assert.equal(peopleNames([ines], [ines, other]), 'Ines <ines@shore.example>');
});

test('firstNames: more than the most are counted', () => {
  assert.equal(firstNames([ines, bare, bare], 1, []), 'Ines and 2 more');
  assert.equal(firstNames([ines, bare], 2, []), 'Ines, tomas@shore.example');
});

test('repliesElsewhere: only where an address differs', () => {
  const from = ines;
  assert.equal(repliesElsewhere({ from, replyTo: [] }), false);
  assert.equal(repliesElsewhere({ from, replyTo: [{ name: 'I.', address: 'Ines@Shore.example' }] }), false);
  assert.equal(repliesElsewhere({ from, replyTo: [other] }), true);
});
