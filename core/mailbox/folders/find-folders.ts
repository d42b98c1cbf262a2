// Finds the mailboxes of a Maildir in both layouts, and the directories that may become or contain some.
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../lib/user-error.ts';
import { diskPath, nameText } from '../files/disk-names.ts';
import { folderPath, inbox, ownParts } from './folder-ids.ts';

export interface FoundFolders {
  /** INBOX first. */
  readonly ids: readonly string[];
  /** Directories that are not mailboxes (yet): their parts are being created, or they only contain mailboxes. */
  readonly others: readonly string[];
}

// A Maildir may contain anything, even a whole home.
const maxDepth = 8;
const maxDirectories = 2000;

/** @throws Error of the operating system when the Maildir cannot be read */
export async function findFolders(maildir: string): Promise<FoundFolders> {
  const ids: string[] = [];
  const others: string[] = [];
  let left = maxDirectories;

  async function look(entry: NamedEntry, parent: string, depth: number): Promise<void> {
    const { name } = entry;
    if (ownParts.includes(name) || /^\.{0,2}$/.test(name) || (!entry.isDirectory && !entry.isLink)) return;
    const hidden = name.startsWith('.');
    const id = hidden && parent === '' ? name.slice(1) : `${parent}/${name}`;
    const path = join(maildir, parent, name);
    if (id === inbox || left-- <= 0) return;
    if (await isMaildir(path)) ids.push(id);
    else if (entry.isDirectory) others.push(path);
    else return;
    // A link is followed to one mailbox only: it may lead into a circle. A hidden directory contains no mailboxes in this layout.
    if (hidden || !entry.isDirectory || depth === maxDepth) return;
    for (const inner of await entriesOf(path).catch(() => [])) await look(inner, `${parent}/${name}`, depth + 1);
  }

  for (const entry of await entriesOf(maildir)) await look(entry, '', 0);
  return { ids: [inbox, ...ids.sort()], others };
}

interface NamedEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isLink: boolean;
}

async function entriesOf(directory: string): Promise<NamedEntry[]> {
  const entries = await readdir(diskPath(directory), { withFileTypes: true, encoding: 'buffer' });
  return entries.map(entry => ({
    name: nameText(entry.name),
    isDirectory: entry.isDirectory(),
    isLink: entry.isSymbolicLink(),
  }));
}

async function isMaildir(path: string): Promise<boolean> {
  return (await isDirectory(join(path, 'cur'))) || (await isDirectory(join(path, 'new')));
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(diskPath(path))).isDirectory();
  } catch (error) {
    return errorCode(error) === 'EACCES';
  }
}

/**
 * Creates a mailbox with its tmp, new and cur, as maildirmake does (mode 0700); what exists already stays.
 * @returns whether anything was missing
 */
export async function makeFolder(maildir: string, id: string): Promise<boolean> {
  const directory = folderPath(maildir, id);
  let news = false;
  for (const part of ownParts) {
    const made = await mkdir(diskPath(join(directory, part)), { recursive: true, mode: 0o700 });
    if (made !== undefined) news = true;
  }
  // Maildir++: this file tells delivery agents that the Maildir, with its quota, is the directory above.
  if (news && id !== inbox && !id.startsWith('/')) {
    await writeFile(diskPath(join(directory, 'maildirfolder')), '', { mode: 0o600, flag: 'a' });
  }
  return news;
}
