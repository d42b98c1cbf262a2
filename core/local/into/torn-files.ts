// After a power loss: files of deliveries that were not on the disk yet when the power went. Their names say how long
// they should be. The queue still has their messages and delivers them again, so what is left of them is removed.
import { lstatSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { rawPath } from '../raw-path.ts';
import { sizeInName } from './maildir-names.ts';

/**
 * Removes the files in new/ and tmp/ that carry one of our names and are shorter than it says. Everything else stays:
 * other programs' files, whole ones, longer ones, what is no regular file, and what cannot be looked at or removed
 * (a torn file that stays is a nuisance; its message comes again whole).
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
      // A reader moved it meanwhile, or the directory may not be written to.
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
 * Removes the torn files of each Maildir once, before its first delivery: later ones would meet files that are being
 * written. A Maildir counts as the same under all its names.
 * @param swept the Maildirs (device and inode) that were done; it grows
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

/** The Maildirs that were swept since the start, as `createSweep` counts them. */
export interface SweptMaildirs {
  /** Those of one user: a process that runs as the user adds to them, and speaks for nobody else. */
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
