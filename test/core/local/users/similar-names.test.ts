// Which assigned names are the owner's, and which belong to other users whose names only begin alike.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSimilarNames } from '../../../../core/local/users/similar-names.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('names beside joe: users/assign → joe’s names, and those of others that start like them; read again when changed', t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'users'));
  const assign = (lines: readonly string[]) =>
    writeFileSync(join(home, 'users/assign'), [...lines, '.', ''].join('\n'));
  const rest = ':1:1:/home/x:::';
  const joes = [`=joe:joe${rest}`, '+joe-:joe:1:1:/home/x:-::', `=sales:joe${rest}`];
  assign([
    ...joes,
    `=joe-smith:joe-smith${rest}`,
    '+joe-smith-:joe-smith:1:1:/home/y:-::',
    `=ann:ann${rest}`,
    '+:alias:1:1:/a:-::',
  ]);
  const names = createSimilarNames(home, 'joe', undefined);
  const { assigned, accounts } = names();
  assert.deepEqual(
    assigned.map(({ name, wild, own }) => `${wild ? '+' : '='}${name} ${own ? 'own' : 'other'}`).sort(),
    ['+ other', '+joe- own', '+joe-smith- other', '=joe own', '=joe-smith other', '=sales own'],
  );
  assert.deepEqual(accounts, []);
  assign([...joes, `=joe-shop:shop${rest}`]);
  assert.deepEqual(
    names().assigned.filter(({ own }) => !own),
    [{ name: 'joe-shop', wild: false, own: false }],
  );
});

test('names beside joe: no users/assign → none', t => {
  assert.deepEqual(createSimilarNames(tempDir(t), 'joe', undefined)(), { assigned: [], accounts: [] });
});
