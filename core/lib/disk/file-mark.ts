// Whether a file was changed since somebody looked: cheaper than reading it again.
import { type Stats, statSync } from 'node:fs';

/** There is no such file. */
export const missing = 'missing';
/** A file that was changed so lately that the next change may leave the same time stamps. */
export const racy = 'racy';
const racyMs = 50;

/** Differs whenever the file was written or replaced. */
export function markOf(path: string, nowMs: number): string {
  const stat: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (!stat) return missing;
  if (nowMs - stat.ctimeMs < racyMs) return racy;
  return `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}`;
}

/** When several files were changed last, as numbers to compare; see `sameMarks`. */
export type FileMarks = readonly number[];

/** Undefined: one of them was changed so lately that what is read now must be read again. */
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

/** True when none of the files was written, replaced, made or removed in between. */
export function sameMarks(before: FileMarks | undefined, now: FileMarks | undefined): boolean {
  if (!before || now?.length !== before.length) return false;
  for (let at = 0; at < before.length; at++) if (before[at] !== now[at]) return false;
  return true;
}
