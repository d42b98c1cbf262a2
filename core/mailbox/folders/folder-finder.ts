// Finds the mailboxes of a Maildir again and again: one that cannot be read is reported once, and looked for from above.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LogLine } from '../../lib/log.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { diskPath } from '../files/disk-names.ts';
import { type FoundFolders, findFolders } from './find-folders.ts';
import { folderPath, inbox, ownParts } from './folder-ids.ts';

/** @returns finds them; INBOX is there even when there is nothing, so that a Maildir made later is noticed */
export function createFolderFinder(maildir: string, log: LogLine): () => Promise<FoundFolders> {
  let told = '';
  return async () => {
    try {
      const folders = await findFolders(maildir);
      told = '';
      return folders;
    } catch (error) {
      const reason = `warning: unable to read the Maildir ${maildir}: ${reasonOf(error)}`;
      if (reason !== told) log(reason);
      told = reason;
      return { ids: [inbox], others: [dirname(maildir)] };
    }
  };
}

/**
 * Whether a name in a mailbox's directory can be that of another mailbox: index files come and go there too.
 * @param name null: any name
 * @param isKnown whether a path is, or may become, a mailbox
 */
export function mayBeFolder(
  maildir: string,
  box: string,
  name: string | null,
  isKnown: (path: string) => boolean,
): boolean {
  if (name === null) return true;
  if (ownParts.includes(name) || (box !== inbox && !box.startsWith('/'))) return false;
  const path = join(folderPath(maildir, box), name);
  if (isKnown(path)) return true;
  try {
    return statSync(diskPath(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}
