// The first line of mess/N. It tells messages apart that had the same number: it names the qp and the second of the arrival.
import { closeSync, readSync } from 'node:fs';
import { openToRead } from '../../lib/disk/open-to-read.ts';
import type { QueueLayout } from './layout.ts';

const firstLineBytes = 512;

/** As a byte string without NULs; empty when there is no file. */
export function firstLine(layout: QueueLayout, id: number): string {
  const raw = readBeginning(layout.mess(id), firstLineBytes).toString('latin1');
  return /^[^\n\0]*/.exec(raw)?.[0] ?? '';
}

/** The first bytes of a file; none when it is not there. */
export function readBeginning(path: string, bytes: number): Buffer {
  let fd: number;
  try {
    fd = openToRead(path);
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const raw = Buffer.alloc(bytes);
    return raw.subarray(0, readSync(fd, raw, 0, bytes, 0));
  } finally {
    closeSync(fd);
  }
}
