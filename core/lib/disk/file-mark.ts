// Whether a file has changed since it was read: cheaper than reading it again.
import { type Stats, statSync } from 'node:fs';

/** The file does not exist. */
export const missing = 'missing';
/** The file was changed so recently that the next change may leave the same time stamps. */
export const racy = 'racy';
const racyMs = 50;

/** Differs whenever the file was written or replaced. */
export function markOf(path: string, nowMs: number): string {
  const stat: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (!stat) return missing;
  if (nowMs - stat.ctimeMs < racyMs) return racy;
  return `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}`;
}

/** The state of several files, as numbers to compare; see `sameMarks`. */
export type FileMarks = readonly number[];

/** Undefined: one of them was changed so recently that what is read now must be read again. */
export function fileMarks(paths: readonly string[]): FileMarks | undefined {
  const nowMs = Date.now();
  const marks: number[] = [];
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) marks.push(-1);
    else if (nowMs - stat.ctimeMs < racyMs) return undefined;
    else marks.push(stat.mtimeMs, stat.ctimeMs, stat.size, stat.ino);
  }
  return marks;
}

/** True when none of the files was written, replaced, created or removed in between. */
export function sameMarks(before: FileMarks | undefined, now: FileMarks | undefined): boolean {
  if (!before || now?.length !== before.length) return false;
  for (let at = 0; at < before.length; at++) if (before[at] !== now[at]) return false;
  return true;
}
