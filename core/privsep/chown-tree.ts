// Changes the owner of a tree of files as root. Others may have put links into the tree, of both kinds: symbolic links are
// not followed, and a file with a second name elsewhere is refused (where fs.protected_hardlinks is off, any user can create
// such a name for any file).
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  openSync,
  readdirSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../lib/user-error.ts';
import type { Ids } from './accounts.ts';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;

/** How many names each file has within a tree. */
export type NamesIn = ReadonlyMap<string, number>;

/** Reads a tree and changes nothing. @throws UserError when a file of it has a name elsewhere */
export function namesIn(path: string): NamesIn {
  const names = new Map<string, number>();
  const seen: [string, Stats][] = [];
  visit(path, path, (each, stat) => {
    if (stat.isDirectory() || stat.nlink === 1) return;
    names.set(inode(stat), (names.get(inode(stat)) ?? 0) + 1);
    seen.push([each, stat]);
  });
  for (const [each, stat] of seen) checkNames(each, stat, names);
  return names;
}

/**
 * @param names the result of namesIn
 * @param modeOf the mode of a directory or file; undefined: modes stay as they are
 * @throws UserError when a file of it now has a name elsewhere
 */
export function chownTree(path: string, { uid, gid }: Ids, names: NamesIn, modeOf?: (stat: Stats) => number): void {
  visit(path, path, (shown, stat, fd, way) => {
    if (!stat.isDirectory()) checkNames(shown, stat, names);
    if (fd === undefined) return lchownSync(way, uid, gid);
    fchownSync(fd, uid, gid);
    if (modeOf) fchmodSync(fd, modeOf(stat));
  });
}

function checkNames(path: string, stat: Stats, names: NamesIn): void {
  if (stat.nlink === 1 || stat.nlink <= (names.get(inode(stat)) ?? 0)) return;
  throw new UserError(
    `${path} is a file that has another name elsewhere, so its owner is not certain. Remove it first.`,
  );
}

function inode({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

type Visitor = (shown: string, stat: Stats, fd: number | undefined, way: string) => void;

/**
 * Visits each directory before its entries. On Linux it goes by the open directory, so that no change of names can lead it
 * elsewhere.
 * @param shown the path for people, `way` the path that is opened
 */
function visit(shown: string, way: string, tell: Visitor): void {
  const found = lstatSync(way);
  if (!found.isDirectory() && !found.isFile()) {
    tell(shown, found, undefined, way);
    return;
  }
  const kind = found.isDirectory() ? O_DIRECTORY : O_NONBLOCK | O_NOCTTY;
  const fd = openSync(way, O_RDONLY | O_NOFOLLOW | kind);
  try {
    const stat = fstatSync(fd);
    tell(shown, stat, fd, way);
    if (!stat.isDirectory()) return;
    const here = process.platform === 'linux' ? `/proc/self/fd/${fd}` : way;
    for (const name of readdirSync(here)) visit(join(shown, name), `${here}/${name}`, tell);
  } finally {
    closeSync(fd);
  }
}
