// Which file systems may be synced by one call instead of file by file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canSyncFileSystem } from '../../../../core/lib/disk/sync-file-system.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const skip = process.platform !== 'linux' && 'only Linux syncs whole file systems';

test('sync: a file system that is not known to be synced by one call, or none → one by one', { skip }, t => {
  assert.deepEqual(['/proc', `${tempDir(t)}/missing`].map(canSyncFileSystem), [false, false]);
});

test('sync: the usual file systems → in one call', { skip }, t => {
  assert.equal(canSyncFileSystem(tempDir(t)), true);
});
