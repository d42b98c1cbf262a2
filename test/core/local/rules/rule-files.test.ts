// The window replaces a .qmail file only if nobody has changed it meanwhile, and leaves nothing behind when it cannot.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRuleFiles } from '../../../../core/local/rules/rule-files.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('ruleFiles.replace: the file changes while the new one is written → left alone, nothing left over', async t => {
  const dir = tempDir(t);
  const files = openRuleFiles(dir);
  writeFileSync(join(dir, '.qmail'), 'other');
  assert.equal(await files.replace('', Buffer.from('mine'), () => false), false);
  assert.deepEqual(readdirSync(dir), ['.qmail']);
  assert.equal(readFileSync(join(dir, '.qmail'), 'utf8'), 'other');
});

test('ruleFiles.replace: no such home → an error, nothing left over', async t => {
  const dir = tempDir(t);
  const files = openRuleFiles(join(dir, 'no'));
  await assert.rejects(
    files.replace('', Buffer.from('x'), () => true),
    { code: 'ENOENT' },
  );
  assert.deepEqual(readdirSync(dir), []);
});

test('ruleFiles.read: a file too large to edit → unreadable, said why', t => {
  const dir = tempDir(t);
  writeFileSync(join(dir, '.qmail'), Buffer.alloc(500_000, '#'));
  assert.deepEqual(openRuleFiles(dir).read(''), {
    kind: 'unreadable',
    why: 'it is too large to edit here, 500000 bytes',
  });
});
