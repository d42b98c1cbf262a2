// Control files and directories that every user of the machine can change.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

const writableByOthers = 0o002;

/** @param files below the home; empty: the home itself */
export function checkPermissions(home: string, files: readonly string[]): Finding[] {
  return files.flatMap(file => {
    const path = join(home, file);
    if (!canBeChangedByAll(path)) return [];
    const text = `Everyone on this machine can change ${path}, and so control your mail. Run: chmod o-w ${path}`;
    return [{ severity: 'warning', code: 'writable', file: file || '.', line: undefined, text } as const];
  });
}

/** What cannot be looked at, as a link that leads to itself, cannot be changed either. */
function canBeChangedByAll(path: string): boolean {
  try {
    return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & writableByOthers) !== 0;
  } catch {
    return false;
  }
}
