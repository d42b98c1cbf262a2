// What mailboxes are called: their ids, the directories that these stand for, and their names on screen.
// `INBOX` is the Maildir itself. Maildir++ (Courier, Dovecot): `lists.qmail` is the directory `.lists.qmail` in it. Dovecot's
// layout fs, and mbsync's Verbatim: `/lists/qmail` is the directory `lists/qmail` in it.
import { join } from 'node:path';
import { shownName } from './disk-names.ts';
import { decodeUtf7 } from './utf7.ts';

export const inbox = 'INBOX';

/** The parts of a Maildir, which are no folders. */
export const ownParts: readonly string[] = ['tmp', 'new', 'cur'];

/** The directory of a mailbox. @throws RangeError for an id that names no directory of its own inside the Maildir */
export function folderPath(maildir: string, id: string): string {
  if (id === inbox) return maildir;
  const names = id.startsWith('/') ? id.slice(1).split('/') : [`.${id}`];
  for (const name of names) {
    if (/^\.{0,2}$|[/\\\u0000]/.test(name) || ownParts.includes(name))
      throw new RangeError(`not a mailbox name: ${id}`);
  }
  return join(maildir, ...names);
}

/** The names from the outermost folder to this one, for people. */
export function shownPath(id: string): string[] {
  const names = id.startsWith('/') ? id.slice(1).split('/') : id.split('.');
  return names.map(name => decodeUtf7(shownName(name.replace(/^\./, ''))) || name);
}

/** Whether folders are directories by their own names: where there are such and no others. */
export function usesDirectories(ids: readonly string[]): boolean {
  return ids.some(id => id.startsWith('/')) && ids.every(id => id === inbox || id.startsWith('/'));
}
