// A file that is read at once, whatever has been put in its place: see open-to-read.ts. And one that may be missing.
import { closeSync, fstatSync, readFileSync } from 'node:fs';
import { errorCode } from '../user-error.ts';
import { openToRead } from './open-to-read.ts';

/** More than a person or a list of domains fills; the host waits while it takes such a text apart. */
export const longestText = 16 * 1024 * 1024;

/** @throws errors of the file system; Error when it is not a file, or has more bytes */
export function readWholeFile(path: string, largestBytes = Number.POSITIVE_INFINITY): Buffer {
  const fd = openToRead(path);
  try {
    const { size } = fstatSync(fd);
    if (size > largestBytes) throw new Error(`it is too large: ${size} bytes, of at most ${largestBytes}`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Undefined: the file does not exist. @throws as `readWholeFile` does otherwise */
export function readIfThere(path: string, largestBytes = longestText): Buffer | undefined {
  try {
    return readWholeFile(path, largestBytes);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
