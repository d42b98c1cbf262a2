// Files of the queue whose mtime means something: the birth in info, the next attempt in local and remote.
import { closeSync, rmSync, utimesSync } from 'node:fs';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { openOwned } from './open-owned.ts';

/** Replaces the file. @throws when the disk refuses: it may be missing or incomplete then */
export function writeTimedFile(path: string, raw: Uint8Array, mtimeSec: number): void {
  rmSync(path, { force: true });
  const fd = openOwned(path, 'wx', 0o600);
  try {
    writeAllSync(fd, raw);
  } finally {
    closeSync(fd);
  }
  utimesSync(path, mtimeSec, mtimeSec);
}
