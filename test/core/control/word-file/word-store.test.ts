// Word files as people edit them: what another program wrote meanwhile is never overwritten unseen.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openWordStore } from '../../../../core/control/word-file/word-store.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('word files: read, replaced with the stamp that was read, with an old one, with none → only the first is written', async t => {
  const home = tempDir(t);
  const files = openWordStore(join(home, 'links'), 1000);
  assert.deepEqual(files.read('radio'), { text: null, stamp: '' });
  assert.equal(await files.replace('radio', 'server a.example\n', ''), true);
  const first = files.read('radio');
  assert.equal(first.text, 'server a.example\n');
  assert.equal(await files.replace('radio', 'server b.example\n', first.stamp), true);
  for (const stamp of [first.stamp, '', 'unreadable'])
    assert.equal(await files.replace('radio', 'server c.example\n', stamp), false);
  assert.equal(files.read('radio').text, 'server b.example\n');
  assert.deepEqual(readdirSync(join(home, 'links')), ['radio']);
  files.remove('radio');
  assert.equal(await files.replace('radio', 'server d.example\n', first.stamp), false);
  assert.deepEqual(readdirSync(join(home, 'links')), []);
});

test('word files: two save at once what both have read → one is told that the file has changed', async t => {
  const home = tempDir(t);
  const files = openWordStore(join(home, 'links'), 1000);
  const saved = await Promise.all(['a', 'b'].map(host => files.replace('radio', `server ${host}.example\n`, '')));
  assert.equal(saved.filter(Boolean).length, 1);
  assert.equal(files.read('radio').text, `server ${saved[0] ? 'a' : 'b'}.example\n`);
  assert.deepEqual(readdirSync(join(home, 'links')), ['radio']);
});

test('word files: one that is too large → no text, and it is replaced only with the stamp of such a file', async t => {
  const directory = tempDir(t);
  const files = openWordStore(directory, 1000);
  writeFileSync(join(directory, 'radio'), '#'.repeat(1001));
  const { text, stamp } = files.read('radio');
  assert.equal(text, null);
  assert.equal(await files.replace('radio', 'server a.example\n', ''), false);
  assert.equal(await files.replace('radio', 'server a.example\n', stamp), true);
  assert.equal(files.read('radio').text, 'server a.example\n');
});
