// Opens queue files so that new ones belong to the owner of their directory. In a home of one person this changes nothing; in a
// queue that qmail's own programs share (users qmailq, qmails), these can read what a host run by root leaves there.
import { fchownSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** openSync for a file that may be new. */
export function openOwned(path: string, flags: string | number, mode: number): number {
  const fd = openSync(path, flags, mode);
  if (process.geteuid?.() === 0) {
    const { uid, gid } = statSync(dirname(path));
    if (uid !== 0) fchownSync(fd, uid, gid);
  }
  return fd;
}
