// The files of links as people edit them: what another program wrote meanwhile is never overwritten unseen.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLinkFiles } from '../../../core/link/link-files.ts';
import { startLinks } from '../../support/link-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('link files: read, replaced with the stamp that was read, with an old one, with none → only the first is written', async t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'control'));
  const files = openLinkFiles(home);
  assert.deepEqual(files.read('radio'), { text: null, stamp: '' });
  assert.equal(await files.replace('radio', 'server a.example\n', ''), true);
  const first = files.read('radio');
  assert.equal(first.text, 'server a.example\n');
  assert.equal(await files.replace('radio', 'server b.example\n', first.stamp), true);
  for (const stamp of [first.stamp, '', 'unreadable'])
    assert.equal(await files.replace('radio', 'server c.example\n', stamp), false);
  assert.equal(files.read('radio').text, 'server b.example\n');
  assert.deepEqual(readdirSync(join(home, 'control/links')), ['radio']);
  files.remove('radio');
  assert.equal(await files.replace('radio', 'server d.example\n', first.stamp), false);
  assert.deepEqual(readdirSync(join(home, 'control/links')), []);
});

test('link files: two save at once what both have read → one is told that the file has changed', async t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'control'));
  const files = openLinkFiles(home);
  const saved = await Promise.all(['a', 'b'].map(host => files.replace('radio', `server ${host}.example\n`, '')));
  assert.equal(saved.filter(Boolean).length, 1);
  assert.equal(files.read('radio').text, `server ${saved[0] ? 'a' : 'b'}.example\n`);
  assert.deepEqual(readdirSync(join(home, 'control/links')), ['radio']);
});

test('links.save: the file changed since it was read → refused as stale, and left as it is', async t => {
  const files = { radio: 'server 192.0.2.1\n' };
  const { home, links } = await startLinks(t, { files, startMs: 0, serve: () => undefined });
  const path = join(home, 'control/links/radio');
  const read = await links.handlers['links.file']({ name: 'radio' });
  writeFileSync(path, 'server 192.0.2.2\n');
  const text = 'server 192.0.2.3\n';
  await assert.rejects(async () => links.handlers['links.save']({ name: 'radio', text, stamp: read.stamp }), {
    code: 'link-stale',
    kind: 'stale',
  });
  assert.equal(readFileSync(path, 'utf8'), 'server 192.0.2.2\n');
  const { stamp } = await links.handlers['links.file']({ name: 'radio' });
  const saved = await links.handlers['links.save']({ name: 'radio', text, stamp });
  assert.deepEqual(
    [readFileSync(path, 'utf8'), (await links.handlers['links.file']({ name: 'radio' })).stamp],
    [text, saved.stamp],
  );
});
