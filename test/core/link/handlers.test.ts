// What front ends ask of the links.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLinks } from '../../support/link-rig.ts';

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
