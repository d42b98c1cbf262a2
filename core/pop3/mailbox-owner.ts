// As whom root serves a mailbox. Users may put symbolic links where they like in what is theirs, so the Maildir at the end of
// a path says nothing of who may read it: somebody else's could stand there.
import { lstatSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../lib/user-error.ts';
import type { PasswdEntry } from './passwd-line.ts';

/** As in the system. */
const maxLinks = 40;

/**
 * The first owner, from / on, of a directory or link on the way to the Maildir who is not root: where the path leads from
 * there is in that user's hands. Root, when all of it is root's.
 * @returns undefined when the Maildir is not there. @throws UserError for links in a circle
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
