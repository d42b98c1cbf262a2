// Writing a delivery to disk: everything or an exception.
import { fsync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from '../lib/user-error.ts';

const writeSome = promisify(write);
const sync = promisify(fsync);

/** Writes all of `bytes` at the file's end or offset. */
export async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await writeSome(fd, bytes, at, bytes.length - at)).bytesWritten;
  }
}

/** The same without a turn of the thread pool, for bytes so few that the turn would cost more than the write. */
export function writeNow(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** Waits until the file (or directory) is on the disk. What cannot be synced, such as a device, counts as synced. */
export async function syncFile(fd: number): Promise<void> {
  try {
    await sync(fd);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}
