// Renames mailboxes on disk: all of them or, when one cannot be renamed, none.
import { lstatSync, renameSync } from 'node:fs';
import { diskPath } from '../files/disk-names.ts';
import { folderPath, shownPath } from './folder-ids.ts';

/** @throws Error with what stands in the way, or of the operating system; then all have their old names */
export function renameFolders(maildir: string, moves: readonly (readonly [from: string, to: string])[]): void {
  const done: [string, string][] = [];
  try {
    for (const [from, to] of moves) {
      rename(maildir, from, to);
      done.push([from, to]);
    }
  } catch (error) {
    for (const [from, to] of done.reverse()) rename(maildir, to, from);
    throw error;
  }
}

function rename(maildir: string, from: string, to: string): void {
  const target = diskPath(folderPath(maildir, to));
  if (lstatSync(target, { throwIfNoEntry: false })) throw new Error(`there is already a ${shownPath(to).join('/')}`);
  renameSync(diskPath(folderPath(maildir, from)), target);
}
