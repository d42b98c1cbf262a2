// Checks which files a delivery may access: as this process, or, for a host that root runs, as the recipient's user. Root cannot ask
// the system about another user, so owner, group and mode are checked; ACLs are not considered.
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { rawPath } from '../raw-path.ts';

/** Paths are byte strings. All methods throw the system's error if access is denied. */
export interface Access {
  read(path: string): void;
  write(path: string): void;
  /** Checks that a directory may be entered. */
  enter(path: string): void;
  /** Checks that files may be created and removed in a directory. */
  fill(path: string): void;
}

const { R_OK, W_OK, X_OK } = constants;

/** @param user undefined: this process */
export function accessAs(user: { readonly uid: number; readonly gid: number } | undefined): Access {
  const check = user ? checkModes(user) : (path: string, rights: number) => accessSync(rawPath(path), rights);
  return {
    read: path => check(path, R_OK),
    write: path => check(path, W_OK),
    enter: path => check(path, X_OK),
    fill: path => check(path, W_OK | X_OK),
  };
}

function checkModes({ uid, gid }: { readonly uid: number; readonly gid: number }) {
  return (path: string, rights: number): void => {
    const real = realpathSync(rawPath(path), { encoding: 'buffer' }).toString('latin1');
    for (let part = dirname(real); ; part = dirname(part)) {
      checkOne(part, X_OK, uid, gid);
      if (part === dirname(part)) break;
    }
    checkOne(real, rights, uid, gid);
  };
}

/** @throws Error with the system's text */
function checkOne(path: string, rights: number, uid: number, gid: number): void {
  const stat = statSync(rawPath(path));
  const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
  if (uid === 0 || ((stat.mode >> shift) & rights) === rights) return;
  throw Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES' });
}
