// Reads the first bytes of a file, a part of it or all, and makes sure that it is a file.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { errorCode } from '../../lib/user-error.ts';
import { diskPath } from '../files/disk-names.ts';

/**
 * The path may not be a file: opening a fifo must not wait for a writer, and a link is not followed. (Windows has no such
 * flags.)
 */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * @param atMost how many bytes to read; default: all @param offset from which one on
 * @throws Error of the operating system, or when the path is not a file
 */
export async function readFileStart(
  path: string,
  atMost = Number.MAX_SAFE_INTEGER,
  offset = 0,
): Promise<{ raw: Buffer; sizeBytes: number }> {
  const file = await open(diskPath(path), openFlags).catch(error => {
    throw errorCode(error) === 'ELOOP' ? new Error('it is a link, which is not followed', { cause: error }) : error;
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error('it is not a file');
    const raw = Buffer.alloc(Math.min(Math.max(0, stat.size - offset), atMost));
    let filled = 0;
    while (filled < raw.length) {
      const { bytesRead } = await file.read(raw, filled, raw.length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { raw: raw.subarray(0, filled), sizeBytes: stat.size };
  } finally {
    await file.close();
  }
}

/**
 * The same, synchronously: a system call is a few microseconds, its way through the thread pool a hundred; callers go
 * through many files in slices.
 * @returns undefined when it is not a file: a directory, a fifo
 * @throws Error of the operating system; ELOOP for a link
 */
export function readStartNow(
  path: string,
  atMost: number,
): { raw: Buffer; sizeBytes: number; timeMs: number } | undefined {
  const fd = openSync(diskPath(path), openFlags);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const raw = Buffer.allocUnsafe(Math.min(atMost, stat.size));
    let filled = 0;
    while (filled < raw.length) {
      const count = readSync(fd, raw, filled, raw.length - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return { raw: raw.subarray(0, filled), sizeBytes: stat.size, timeMs: Math.floor(stat.mtimeMs) };
  } finally {
    closeSync(fd);
  }
}
