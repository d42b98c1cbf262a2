// A small file of state that is saved in a burst is written a few times, and ends with the last text.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSmallFile } from '../../../../core/lib/disk/small-file.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('small file: saved a thousand times at once → made and written a few times, the last text stays', async t => {
  const path = join(tempDir(t), 'order');
  const file = openSmallFile(path, line => assert.fail(line));
  let made = 0;
  for (let n = 0; n < 1000; n++) {
    file.save(() => {
      made++;
      return `${n}`;
    });
  }
  await file.saved();
  assert.ok(made <= 2, `made ${made} times`);
  assert.equal(readFileSync(path, 'utf8'), '999');
});
