// Finished files of a host's log: the newest stay as they are, older ones are compressed, and each is removed when it is old
// enough, or earlier when all together are too large. A flood of lines therefore does not push out what was logged days ago.
import { type Dirent, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { parseTai64n } from '../lib/text/tai64n.ts';

/** The limits of what is kept. */
export interface KeptLogs {
  readonly days: number;
  /** Size of all finished files on the disk. */
  readonly bytes: number;
}

const zipped = promisify(gzip);
const dayMs = 86_400_000;
const beingMade = 'compressing';
export const compressedEnd = '.gz';

/** Names of finished files, oldest first. A crash may leave a file in both forms: it is listed once. */
export function finishedLogs(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).filter(({ name }) => /^@[0-9a-f]{24}/.test(name));
  const names = new Set(entries.filter(isFile).map(({ name }) => name));
  return [...names].filter(name => !(name.endsWith(compressedEnd) && names.has(plainName(name)))).sort();
}

/** One fifo or directory must not keep the other files from being read and removed. */
function isFile(entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.isFile() ?? false;
}

/** When the last line of a finished file was written, or a little later; undefined: its name does not say. */
export function endedMs(name: string): number | undefined {
  return parseTai64n(name.slice(0, 25));
}

function plainName(name: string): string {
  return name.slice(0, -compressedEnd.length);
}

/**
 * Removes and compresses the files that are due.
 * @param plainFiles this many of the newest are left alone, however old or large
 * @param goesOn asked before each file
 */
export async function tendOldLogs(
  directory: string,
  { days, bytes }: KeptLogs,
  plainFiles: number,
  nowMs: number,
  goesOn: () => boolean,
): Promise<void> {
  const finished = finishedLogs(directory);
  const older = finished.slice(0, Math.max(finished.length - plainFiles, 0));
  let total = finished.reduce((sum, name) => sum + sizeOf(join(directory, name)), 0);
  for (const name of older) {
    if (!goesOn()) return;
    const path = join(directory, name);
    const before = sizeOf(path);
    const isOld = nowMs - (endedMs(name) ?? nowMs) >= days * dayMs;
    if (isOld || total > bytes) {
      rmSync(path, { force: true });
      total -= before;
    } else if (!name.endsWith(compressedEnd)) {
      await compress(directory, name);
      total -= before - sizeOf(path + compressedEnd);
    }
  }
}

/** The compressed file is on the disk before the plain one is removed. A full file has some megabytes. */
async function compress(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  const made = join(directory, beingMade);
  await writeFile(made, await zipped(await readFile(path)), { mode: 0o644, flush: true });
  renameSync(made, path + compressedEnd);
  rmSync(path, { force: true });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
