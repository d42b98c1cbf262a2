// settings.json of a home.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSettings } from '../../../core/host/settings.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('settings: many changes at once → all succeed, and the file has them all', async t => {
  const home = tempDir(t);
  const settings = openSettings(home, assert.fail);
  await Promise.all([
    ...Array.from({ length: 20 }, (_, at) => settings.change({ name: `Ines ${at}` })),
    settings.change({ theme: 'dark' }),
  ]);
  const written = JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'));
  assert.deepEqual(written, settings.current());
  assert.deepEqual([written.name, written.theme], ['Ines 19', 'dark']);
});
