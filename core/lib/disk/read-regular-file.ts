// A file at a path where anything could be: another user's fifo, a device, a file of any size.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';

/** What was found; without `raw` the file is larger than the limit. */
export interface RegularFile {
  readonly stat: Stats;
  readonly raw: Buffer | undefined;
}

/**
 * Reads a regular file, without waiting for another process. Undefined: there is no file, or not a regular one.
 * @throws what the file system says otherwise
 */
export function readRegularFile(path: string | Buffer, largestBytes: number): RegularFile | undefined {
  // Most files that are looked for do not exist, and a failing open costs many times as much as this call.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    return { stat, raw: stat.size > largestBytes ? undefined : readFileSync(fd) };
  } finally {
    closeSync(fd);
  }
}
