// The way to a home that root runs: whoever owns a directory on it could put another home in its place while the host runs, and
// with it the users as whom root's parent delivers.
import { lstatSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../lib/user-error.ts';

/** The system's limit. */
const maxLinks = 40;

/** @throws UserError when others than root could replace the home, or a directory or link on the way to it */
export function checkWay(home: string): void {
  const others = replaceableBy(home);
  if (others === undefined) return;
  throw new UserError(
    `Root does not run ${home}: ${others} is not root's alone, so others could put another home in its place. Move the home to a ` +
      'directory of root’s, for example /var/lib/waypost: docs/running.md says how.',
  );
}

/** The first directory or link on the way that others can change; undefined: none. What does not exist yet is created by root. */
function replaceableBy(home: string): string | undefined {
  let place = '/';
  let left = partsOf(resolve(home));
  for (let links = 0; ; ) {
    const stat = lstatSync(place, { throwIfNoEntry: false });
    const [part, ...rest] = left;
    if (!stat || part === undefined) return undefined;
    // In a sticky directory each can replace only what is theirs.
    const othersWrite = (stat.mode & 0o022) !== 0 && (stat.mode & 0o1000) === 0;
    if (stat.uid !== 0 || othersWrite) return place;
    const next = join(place, part);
    const found = lstatSync(next, { throwIfNoEntry: false });
    if (!found?.isSymbolicLink()) {
      place = next;
      left = rest;
      continue;
    }
    if (found.uid !== 0 || ++links > maxLinks) return next;
    const target = readlinkSync(next);
    if (target.startsWith('/')) place = '/';
    left = [...partsOf(target), ...rest];
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter(part => part !== '');
}
