// The way to a home that root runs: whoever owns a directory on it could put another home in its place while the host runs, and
// with it the users as whom root's parent delivers.
import { lstatSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { wayTo } from '../lib/disk/way-to.ts';
import { UserError } from '../lib/user-error.ts';

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
  if (isOthersToo(lstatSync('/'))) return '/';
  for (const { path, stat, isEnd } of wayTo(resolve(home))) if (!isEnd && isOthersToo(stat)) return path;
  return undefined;
}

function isOthersToo(stat: Stats): boolean {
  // In a sticky directory each can replace only what is theirs. A link's own mode says nothing.
  const othersWrite = (stat.mode & 0o022) !== 0 && (stat.mode & 0o1000) === 0 && !stat.isSymbolicLink();
  return stat.uid !== 0 || othersWrite;
}
