// Writes all bytes: one write(2) may take fewer than it is given.
import { writeSync } from 'node:fs';

/** @param position where in the file; undefined: where the descriptor is. @throws what the file system says */
export function writeAllSync(fd: number, raw: Uint8Array, position?: number): void {
  for (let at = 0; at < raw.length; ) {
    at += writeSync(fd, raw, at, raw.length - at, position === undefined ? null : position + at);
  }
}
