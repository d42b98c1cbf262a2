// The journal's files: queue/journal/<number>, appended to one after the other, removed from the oldest on.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the directory if need be. */
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

export function readSegment(directory: string, number: number): Buffer {
  return readFileSync(segmentPath(directory, number));
}

/** Removes the segments up to and including `last`. */
export function removeSegments(directory: string, last: number): void {
  for (const number of segmentNumbers(directory)) {
    if (number <= last) rmSync(segmentPath(directory, number));
  }
}
