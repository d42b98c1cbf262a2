// The user as whom root serves a mailbox. Users may put symbolic links anywhere in their own directories, so the Maildir at the
// end of a path does not show who may read it: it may belong to another user.
import { wayTo } from '../lib/disk/way-to.ts';
import type { PasswdEntry } from './passwd-line.ts';

/**
 * The first owner other than root, from / on, of a directory or link on the path to the Maildir: that user controls where the
 * rest of the path leads. Root, when all of it belongs to root.
 * @returns undefined when the Maildir does not exist. @throws UserError when links loop
 */
export function mailboxOwner({ uid, maildir }: PasswdEntry): { uid: number; gid: number } | undefined {
  for (const { stat, isEnd } of wayTo(maildir)) {
    if (isEnd || stat.uid !== 0) return { uid: uid ?? stat.uid, gid: stat.gid };
  }
  return undefined;
}
