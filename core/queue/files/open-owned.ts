// New queue files belong to whoever their directory belongs to. Where a home is one person's this changes nothing; in a
// queue that qmail's own programs share (users qmailq, qmails), they can go on with what a host run by root leaves there.
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
