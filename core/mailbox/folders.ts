// Maildir++: INBOX is the Maildir itself, every other mailbox a directory in it whose name begins with a dot.
import type { Dirent } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mailbox } from '../api/mail.ts';
import { errorCode } from '../lib/user-error.ts';

export const inbox = 'INBOX';

type Role = NonNullable<Mailbox['role']>;

/** The mailboxes everybody has, in the order they are shown, besides the inbox. */
const usual: readonly { readonly id: string; readonly role: Role }[] = [
  { id: 'Drafts', role: 'drafts' },
  { id: 'Sent', role: 'sent' },
  { id: 'Archive', role: 'archive' },
  { id: 'Trash', role: 'trash' },
];

/** The directory of a mailbox. @throws RangeError for an id that names no directory of its own inside the Maildir */
export function folderPath(maildir: string, id: string): string {
  if (id === inbox) return maildir;
  if (id === '' || id === '.' || /[/\\\u0000]/.test(id)) throw new RangeError(`not a mailbox name: ${id}`);
  return join(maildir, `.${id}`);
}

/** The mailboxes on disk, INBOX first. @throws Error of the operating system when the Maildir cannot be read */
export async function findFolders(maildir: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(maildir, { withFileTypes: true })) {
    if (await isFolder(maildir, entry)) found.push(entry.name.slice(1));
  }
  return [inbox, ...found.sort()];
}

async function isFolder(maildir: string, entry: Dirent): Promise<boolean> {
  const { name } = entry;
  if (!name.startsWith('.') || name === '.' || name === '..' || name.includes('\ufffd') || name === `.${inbox}`) {
    return false;
  }
  if (!entry.isDirectory() && !entry.isSymbolicLink()) return false;
  return (await isDirectory(join(maildir, name, 'cur'))) || (await isDirectory(join(maildir, name, 'new')));
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errorCode(error) === 'EACCES') return true;
    return false;
  }
}

/**
 * Makes a mailbox with its tmp, new and cur, as maildirmake does (mode 0700); what is there already stays.
 * @returns whether anything was missing
 */
export async function makeFolder(maildir: string, id: string): Promise<boolean> {
  const directory = folderPath(maildir, id);
  let news = false;
  for (const part of ['tmp', 'new', 'cur']) {
    const made = await mkdir(join(directory, part), { recursive: true, mode: 0o700 });
    if (made !== undefined) news = true;
  }
  return news;
}

/** Which mailbox has which role: the usual name exactly, else in another case or below `INBOX.`. */
function roles(ids: readonly string[]): Map<string, Role> {
  const byId = new Map<string, Role>([[inbox, 'inbox']]);
  for (const { id, role } of usual) {
    const named = ids.filter(each => each.toLowerCase().replace(/^inbox\./, '') === role);
    const best = named.includes(id) ? id : named.sort()[0];
    if (best !== undefined) byId.set(best, role);
  }
  return byId;
}

/** The mailbox meant by `wanted`: itself, or for a usual name the one that has its role; undefined: not there yet. */
export function resolveFolder(ids: readonly string[], wanted: string): string | undefined {
  if (ids.includes(wanted)) return wanted;
  const role = usualRole(wanted);
  if (!role) return undefined;
  for (const [id, its] of roles(ids)) if (its === role) return id;
  return undefined;
}

/** The role that a mailbox of this name has by being called so. */
export function usualRole(id: string): Role | undefined {
  return usual.find(each => each.id === id)?.role;
}

/** All mailboxes as shown: the usual five whether they exist or not, then the others by name. */
export function listMailboxes(counts: ReadonlyMap<string, { total: number; unread: number }>): Mailbox[] {
  const byId = roles([...counts.keys()]);
  const byRole = new Map([...byId].map(([id, role]) => [role, id]));
  const first = [inbox, ...usual.map(({ id, role }) => byRole.get(role) ?? id)];
  const others = [...counts.keys()].filter(id => !byId.has(id));
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  others.sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1));
  return [...first, ...others].map(id => ({
    id,
    name: displayName(id),
    role: byId.get(id) ?? usualRole(id) ?? null,
    total: counts.get(id)?.total ?? 0,
    unread: counts.get(id)?.unread ?? 0,
  }));
}

function displayName(id: string): string {
  const last = id.slice(id.lastIndexOf('.') + 1) || id;
  return decodeUtf7(last);
}

/** IMAP servers write folder names in modified UTF-7 (RFC 3501 section 5.1.3); what is not that stays as it is. */
function decodeUtf7(name: string): string {
  return name.replace(/&([A-Za-z0-9+,]*)-/g, (whole, encoded: string) => {
    if (encoded === '') return '&';
    const bytes = Buffer.from(encoded.replaceAll(',', '/'), 'base64');
    if (bytes.length < 2) return whole;
    return bytes
      .subarray(0, bytes.length & ~1)
      .swap16()
      .toString('utf16le');
  });
}
