// Brings a mailbox in memory up to date with its directories: all of it, or only the names that have changed.
import { lstatSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimeSlice } from '../../lib/time-slice.ts';
import { errorCode } from '../../lib/user-error.ts';
import { diskPath, isExact, nameText } from '../files/disk-names.ts';
import { type Place, parseFileName } from '../files/names.ts';
import type { Entry, Folder } from './folder.ts';

const places: readonly Place[] = ['new', 'cur'];

/** What a scan found. */
export interface ScanChanges {
  readonly added: Entry[];
  /** Whether anything has changed: a message, a flag. */
  changed: boolean;
}

/** The modification times (and inodes) of new/ and cur/: the same stamp means that no name has changed. */
export type Stamp = string;

/** @returns undefined when neither directory is there */
export async function stampOf(directory: string): Promise<Stamp | undefined> {
  const parts = await Promise.all(
    places.map(async place => {
      try {
        const found = await stat(diskPath(join(directory, place)), { bigint: true });
        return `${found.ino}.${found.mtimeNs}`;
      } catch (error) {
        if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return '';
        throw error;
      }
    }),
  );
  return parts.every(part => part === '') ? undefined : parts.join(' ');
}

/**
 * Reads both directories. Messages in `touched` were renamed by this program meanwhile: for them memory is right and
 * the listing old.
 * @throws Error of the operating system when a directory cannot be read
 */
export async function scanAll(
  folder: Folder,
  directory: string,
  touched: ReadonlySet<string>,
  slice: TimeSlice,
): Promise<ScanChanges> {
  const found = new Map<string, { place: Place; name: string }>();
  // new/ first: a message that moves from new/ to cur/ meanwhile is seen twice, never not at all.
  for (const place of places) {
    for (const name of await namesIn(join(directory, place))) {
      const unique = parseFileName(name)?.unique;
      if (unique !== undefined) found.set(unique, { place, name });
      if (slice.isOver()) await slice.next();
    }
  }
  const changes: ScanChanges = { added: [], changed: false };
  for (const entry of folder.entries.values()) {
    if (!found.has(entry.unique) && !touched.has(entry.unique)) {
      folder.drop(entry);
      changes.changed = true;
    }
    if (slice.isOver()) await slice.next();
  }
  for (const [unique, { place, name }] of found) {
    if (!touched.has(unique)) note(changes, folder, place, name);
    if (slice.isOver()) await slice.next();
  }
  return changes;
}

/** Looks at single files, named by a watch. Cheap, however big the folder. */
export async function scanNames(
  folder: Folder,
  directory: string,
  names: ReadonlyMap<Place, ReadonlySet<string>>,
  slice: TimeSlice,
): Promise<ScanChanges> {
  const changes: ScanChanges = { added: [], changed: false };
  const missing: [Place, string][] = [];
  for (const place of places) {
    for (const name of names.get(place) ?? []) {
      const file = lstatSync(diskPath(join(directory, place, name)), { throwIfNoEntry: false });
      if (!file) missing.push([place, name]);
      else if (file.isFile()) {
        folder.unignore(name);
        note(changes, folder, place, name);
        refreshSummary(changes, folder, name, file.size);
      }
      if (slice.isOver()) await slice.next();
    }
  }
  for (const [place, name] of missing) {
    const unique = parseFileName(name)?.unique;
    const entry = unique === undefined ? undefined : folder.entries.get(unique);
    if (entry?.place !== place || entry.name !== name) continue;
    folder.drop(entry);
    changes.changed = true;
  }
  return changes;
}

function note(changes: ScanChanges, folder: Folder, place: Place, name: string): void {
  const news = folder.put(place, name);
  if (!news) return;
  changes.changed = true;
  if (news.added) changes.added.push(news.entry);
}

/** A file that a program writes in place, against the rules, is described again when its size has changed. */
function refreshSummary(changes: ScanChanges, folder: Folder, name: string, sizeBytes: number): void {
  const entry = folder.entries.get(parseFileName(name)?.unique ?? '');
  if (!entry?.summary || entry.summary.sizeBytes === sizeBytes) return;
  folder.describe(entry, undefined);
  changes.changed = true;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    const names = await readdir(diskPath(directory));
    if (names.every(isExact)) return names;
    return (await readdir(diskPath(directory), { encoding: 'buffer' })).map(nameText);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
