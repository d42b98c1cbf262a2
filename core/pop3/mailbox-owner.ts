// The user as whom root serves a mailbox. Users may put symbolic links anywhere in their own directories, so the Maildir at the
// end of a path does not show who may read it: it may belong to another user.
import { lstatSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../lib/user-error.ts';
import type { PasswdEntry } from './passwd-line.ts';

/** The system's limit. */
const maxLinks = 40;

/**
 * The first owner other than root, from / on, of a directory or link on the path to the Maildir: that user controls where the
 * rest of the path leads. Root, when all of it belongs to root.
 * @returns undefined when the Maildir does not exist. @throws UserError when links loop
 */
export function mailboxOwner({ uid, maildir }: PasswdEntry): { uid: number; gid: number } | undefined {
  let place = '/';
  let left = partsOf(maildir);
  for (let links = 0; left.length > 0; ) {
    const [part = '', ...rest] = left;
    const next = resolve(place, part);
    const stat = lstatSync(next, { throwIfNoEntry: false });
    if (!stat) return undefined;
    if (stat.uid !== 0) return { uid: uid ?? stat.uid, gid: stat.gid };
    if (stat.isSymbolicLink()) {
      if (++links > maxLinks) throw new UserError(`${maildir}: too many symbolic links`);
      const target = readlinkSync(next);
      if (target.startsWith('/')) place = '/';
      left = [...partsOf(target), ...rest];
    } else {
      place = next;
      left = rest;
    }
  }
  return { uid: uid ?? 0, gid: lstatSync(place).gid };
}

function partsOf(path: string): string[] {
  return path.split('/').filter(part => part !== '');
}
