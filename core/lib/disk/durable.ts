// Replaces a file so that after a crash there is the old file or the whole new one, never a part.
import { closeSync, fchmodSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createDirectorySync } from './directory-sync.ts';
import { syncFile } from './file-sync.ts';
import { writeAllSync } from './write-all.ts';

/**
 * Writes a file whole, durably, replacing what was there.
 * @param temporary where it is written first, on the same file system
 * @throws when the disk refuses; the old file is then intact
 */
export async function publish(path: string, raw: Uint8Array, mode: number, temporary = `${path}.tmp`): Promise<void> {
  await publishIf(() => true, path, raw, mode, temporary);
}

/**
 * The same, if something is still true directly before the old file is replaced.
 * @returns false: it is not, and nothing was changed
 */
export async function publishIf(
  isStill: () => boolean,
  path: string,
  raw: Uint8Array,
  mode: number,
  temporary: string,
): Promise<boolean> {
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, 'wx', mode);
  try {
    fchmodSync(fd, mode); // whatever the umask is
    writeAllSync(fd, raw);
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
  if (!isStill()) {
    rmSync(temporary);
    return false;
  }
  renameSync(temporary, path);
  await createDirectorySync()(dirname(path)); // the new name must survive too
  return true;
}
