// Writes files of deliveries completely, and syncs them to the disk.
import { closeSync, fsync, openSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from '../../lib/user-error.ts';
import { rawPath } from '../raw-path.ts';
import { syncIoLimitBytes } from '../sync-io-limit.ts';

const writeSome = promisify(write);
const sync = promisify(fsync);

/** Writes all of `bytes` at the file's end or offset. A small write is synchronous. */
export async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const left = bytes.length - at;
    at += left < syncIoLimitBytes ? writeSync(fd, bytes, at) : (await writeSome(fd, bytes, at, left)).bytesWritten;
  }
}

/** Waits until the file (or directory) is on the disk. A file that cannot be synced, such as a device, counts as synced. */
export async function syncFile(fd: number): Promise<void> {
  try {
    await sync(fd);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}

/** The same for the names in a directory. @param path a byte string, which need not be valid UTF-8 */
export async function syncNames(path: string): Promise<void> {
  const fd = openSync(rawPath(path), 'r');
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}
