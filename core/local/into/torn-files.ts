// Removes torn files after a power failure: deliveries that were not yet completely on the disk, so that a file is shorter than its
// name says. The queue still has their messages and delivers them again.
import { lstatSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { sizeInName } from '../../paper-path/maildir-names.ts';
import { rawPath } from '../raw-path.ts';

/**
 * Removes the files in new/ and tmp/ that have one of our names and are shorter than it says. All others are kept: files of other
 * programs, complete or longer ones, anything that is not a regular file, and files that cannot be examined or removed (a torn file
 * that remains is only a nuisance, because its message is delivered again).
 * @param maildir absolute path, a byte string
 * @returns how many were removed
 */
export function removeTornFiles(maildir: string): number {
  return removeTornIn(`${maildir}/new`) + removeTornIn(`${maildir}/tmp`);
}

function removeTornIn(directory: string): number {
  let removed = 0;
  for (const name of namesIn(directory)) {
    const sizeBytes = sizeInName(name);
    if (sizeBytes === undefined) continue;
    const path = rawPath(`${directory}/${name}`);
    try {
      const stat = lstatSync(path);
      if (!stat.isFile() || stat.size >= sizeBytes) continue;
      unlinkSync(path);
      removed++;
    } catch {
      // A reader has moved the file, or the directory is not writable.
    }
  }
  return removed;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(rawPath(directory), 'latin1');
  } catch {
    return [];
  }
}

/** Called with a Maildir before anything is written into it. */
export type Sweep = (maildir: string) => void;

/**
 * Removes the torn files of each Maildir once, before its first delivery, because later there may be files that are being written.
 * Different paths of one Maildir count as the same.
 * @param swept the Maildirs (device and inode) that are done; new ones are added
 */
export function createSweep(swept: Set<string>): Sweep {
  return maildir => {
    const stat = statSync(rawPath(maildir), { throwIfNoEntry: false });
    if (!stat) return;
    const identity = `${stat.dev}:${stat.ino}`;
    if (swept.has(identity)) return;
    swept.add(identity);
    removeTornFiles(maildir);
  };
}

/** The Maildirs that were swept since the start, as for `createSweep`. */
export interface SweptMaildirs {
  /** Those of one user. A process that runs as the user adds to them, and must not affect those of other users. */
  of(uid: number | undefined): Set<string>;
}

export function createSweptMaildirs(): SweptMaildirs {
  const byUid = new Map<number | undefined, Set<string>>();
  return {
    of(uid) {
      const swept = byUid.get(uid) ?? new Set();
      byUid.set(uid, swept);
      return swept;
    },
  };
}
