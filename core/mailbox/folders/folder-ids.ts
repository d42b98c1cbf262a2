// The ids of mailboxes, the directories that belong to them, and their names on screen.
// `INBOX` is the Maildir itself. Maildir++ (Courier, Dovecot): `lists.qmail` is the directory `.lists.qmail` in it. Dovecot's
// layout fs, and mbsync's Verbatim: `/lists/qmail` is the directory `lists/qmail` in it.
import { join, relative, resolve } from 'node:path';
import { refusal } from '../../api/errors.ts';
import { decodeUtf7, encodeUtf7 } from '../../message/encodings/utf7.ts';
import { shownName } from '../files/disk-names.ts';

export const inbox = 'INBOX';

/** The parts of a Maildir, which are not mailboxes. */
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

/** The id of the mailbox with this directory; undefined for directories that cannot be mailboxes of the Maildir. */
export function folderAt(maildir: string, path: string): string | undefined {
  const within = relative(maildir, path);
  const id = within.startsWith('.') && !within.includes('/') ? within.slice(1) : `/${within}`;
  try {
    return resolve(folderPath(maildir, id)) === resolve(path) && id !== inbox ? id : undefined;
  } catch {
    return undefined;
  }
}

/** The names from the outermost folder to this one, for people. */
export function shownPath(id: string): string[] {
  const names = id.startsWith('/') ? id.slice(1).split('/') : id.split('.');
  return names.map(name => decodeUtf7(shownName(name.replace(/^\./, ''))) || name);
}

/** The ids of mailboxes in a mailbox start with this. */
export function childPrefix(id: string): string {
  return id.startsWith('/') ? `${id}/` : `${id}.`;
}

/**
 * The id for a new mailbox, in the layout of the existing ones.
 * @param parent the id of the mailbox above it; `''`: none
 * @param name as a person writes it
 * @throws ApiError that says what is wrong with the name
 */
export function newFolderId(ids: readonly string[], parent: string, name: string): string {
  const wanted = name.normalize('NFC').trim();
  if (wanted === '') throw refusal('folder-name-empty', {});
  if (/[/\\]|\p{Cc}/u.test(wanted)) throw refusal('folder-name-characters', {});
  // Programs that write names in UTF-8 would show modified UTF-7 as it is.
  const written = ids.some(id => /[^\x00-\x7f]/.test(id)) ? wanted : encodeUtf7(wanted);
  const inDirectories = parent === '' ? usesDirectories(ids) : parent.startsWith('/');
  if (inDirectories) {
    if (written.startsWith('.') || ownParts.includes(written.toLowerCase())) {
      throw refusal('folder-name-reserved', { folder: wanted });
    }
    return checked(`${parent}/${written}`);
  }
  if (written.includes('.')) throw refusal('folder-name-dots', {});
  const id = parent === '' ? written : `${parent}.${written}`;
  if (id.toUpperCase() === inbox) throw refusal('folder-exists', { folder: inbox });
  return checked(id);
}

function checked(id: string): string {
  if (id.split('/').every(name => Buffer.byteLength(name) <= 250) && id.length <= 1000) return id;
  throw refusal('folder-name-long', {});
}

/** Whether mailboxes are plain directories here: some are, and no others exist. */
export function usesDirectories(ids: readonly string[]): boolean {
  return ids.some(id => id.startsWith('/')) && ids.every(id => id === inbox || id.startsWith('/'));
}
