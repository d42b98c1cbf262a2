// Lists the messages of a Maildir as qmail's programs do: oldest first, by the modification time of their files.
import { readdirSync, type Stats, statSync, unlinkSync } from 'node:fs';
import { reasonOf } from '../lib/user-error.ts';

/** A message file. */
export interface MaildirFile {
  /** Relative to the Maildir: `new/…` or `cur/…`. A byte string. */
  readonly name: string;
  readonly timeSec: number;
}

const oldTmpSec = 36 * 3600;

/** A directory of the Maildir cannot be read: the message says which, and why. */
export class MaildirScanError extends Error {}

/** Removes files of interrupted deliveries from tmp/. */
export function cleanTmp(maildir: string, nowSec: number): void {
  for (const { path, stat } of entries(`${maildir}/tmp`, ignore)) {
    if (stat.atimeMs / 1000 + oldTmpSec < nowSec) removeQuietly(path);
  }
}

function ignore(): void {}

/**
 * The files of some of its directories, oldest first. Files of the current second are left for the next run, because more may arrive
 * in it and the order would be wrong. @throws MaildirScanError
 */
export function maildirFiles(maildir: string, places: readonly string[], nowSec: number): MaildirFile[] {
  const found = places.flatMap(place => {
    const files = entries(`${maildir}/${place}`, error => {
      throw new MaildirScanError(`unable to scan $MAILDIR/${place}: ${reasonOf(error)}`);
    });
    return files.map(({ name, stat }) => ({ name: `${place}/${name}`, timeSec: Math.floor(stat.mtimeMs / 1000) }));
  });
  return found
    .filter(file => file.timeSec < nowSec)
    .sort((a, b) => a.timeSec - b.timeSec || (a.name < b.name ? -1 : 1));
}

function entries(
  directory: string,
  unreadable: (error: unknown) => void,
): { name: string; path: Buffer; stat: Stats }[] {
  let names: string[] = [];
  try {
    names = readdirSync(Buffer.from(directory, 'latin1'), 'latin1');
  } catch (error) {
    unreadable(error);
  }
  return names.flatMap(name => {
    const path = Buffer.from(`${directory}/${name}`, 'latin1');
    const stat = name.startsWith('.') ? undefined : statSync(path, { throwIfNoEntry: false });
    return stat ? [{ name, path, stat }] : [];
  });
}

function removeQuietly(path: Buffer): void {
  try {
    unlinkSync(path);
  } catch {
    // Another reader has removed it, or the directory is not writable.
  }
}
