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

/** The marks of several files together; undefined: one of them is racy, so what is read now must be read again. */
export function fileMarks(paths: readonly string[]): string | undefined {
  const nowMs = Date.now();
  const marks = paths.map(path => markOf(path, nowMs));
  return marks.includes(racy) ? undefined : marks.join(';');
}
