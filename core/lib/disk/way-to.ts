// The way by which the system finds a file: whoever owns a directory or a symbolic link on it decides where the rest leads.
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../user-error.ts';

/** A directory or a link on the way, or the file at its end. */
export interface Place {
  readonly path: string;
  /** Of a link its own. */
  readonly stat: Stats;
  /** The way ends here. */
  readonly isEnd: boolean;
}

/** The system's limit. */
const maxLinks = 40;

/** The places below / one by one, up to the first that does not exist. @throws UserError when links loop */
export function* wayTo(path: string): Generator<Place> {
  let directory = '/';
  let left = partsOf(path);
  for (let links = 0; left.length > 0; ) {
    const [part = '', ...rest] = left;
    const next = resolve(directory, part);
    const stat = lstatSync(next, { throwIfNoEntry: false });
    if (!stat) return;
    const isLink = stat.isSymbolicLink();
    yield { path: next, stat, isEnd: !isLink && rest.length === 0 };
    if (isLink) {
      if (++links > maxLinks) throw new UserError(`${path}: too many symbolic links`);
      const target = readlinkSync(next);
      if (target.startsWith('/')) directory = '/';
      left = [...partsOf(target), ...rest];
    } else {
      directory = next;
      left = rest;
    }
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter(part => part !== '');
}
