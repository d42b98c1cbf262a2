// The files of the journal: queue/journal/<number>. Records are appended to the newest; the oldest are removed first.
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectoryNow } from '../../lib/disk/directory-sync.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { errorCode, reasonOf, UserError } from '../../lib/user-error.ts';

/** Creates the directory if it is missing. */
export function makeJournalDir(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

export function segmentPath(directory: string, number: number): string {
  return join(directory, String(number));
}

/** The numbers of the segments on disk, oldest first. */
export function segmentNumbers(directory: string): number[] {
  return readdirSync(directory)
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** @throws UserError when it cannot be read: without it, it is unknown what was accepted */
export function readSegment(directory: string, number: number): Buffer {
  const path = segmentPath(directory, number);
  try {
    return readWholeFile(path);
  } catch (cause) {
    const advice = 'It may contain mail. Repair it, or move it away to start without its contents.';
    throw new UserError(`Unable to read the journal ${path}: ${reasonOf(cause)}. ${advice}`, { cause });
  }
}

/** The same while a host may run: empty when the host has removed the segment, as the queue's files have all of it. */
export function readSegmentIfThere(directory: string, number: number): Buffer {
  try {
    return readSegment(directory, number);
  } catch (error) {
    if (error instanceof UserError && errorCode(error.cause) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Writes a complete segment durably: for recovery, before the journal is open for writing. @throws when the disk refuses */
export function writeSegment(directory: string, number: number, raw: Buffer): void {
  const fd = openSync(segmentPath(directory, number), 'wx', 0o600);
  try {
    writeAllSync(fd, raw);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  syncDirectoryNow(directory);
}

/** Removes the segments up to and including `last`. */
export function removeSegments(directory: string, last: number): void {
  for (const number of segmentNumbers(directory)) {
    if (number <= last) rmSync(segmentPath(directory, number));
  }
}
