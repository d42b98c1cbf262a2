// The links of a home: all files of control/links, as they are now.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { longestLinkFile } from '../../api/link-grammar.ts';
import { readRegularFile } from '../../lib/disk/read-regular-file.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { parseLink, type ReadLink } from './link-file.ts';

/** A link of a home, with its file's text. */
export interface LinkOfHome extends ReadLink {
  readonly text: string;
}

export const linksDirectory = (home: string): string => join(home, 'control', 'links');

/** By name. A file that cannot be read is a link with a problem. @throws Error when the directory cannot be read */
export function readLinks(home: string): LinkOfHome[] {
  return readLinksIn(linksDirectory(home));
}

/** The links of a directory, as above. */
export function readLinksIn(directory: string): LinkOfHome[] {
  return namesIn(directory).map(name => readLink(join(directory, name), name));
}

/** The files of editors and of `waypost` that are being written start with a dot or end in `~`: they are no links. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter(name => !name.startsWith('.') && !name.endsWith('~'))
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function readLink(path: string, name: string): LinkOfHome {
  const unusable = (text: string) => {
    const read = parseLink(name, '');
    return { link: read.link, text: '', problems: [{ line: undefined, text }] };
  };
  try {
    const file = readRegularFile(path, longestLinkFile);
    if (!file) return unusable('it is not a regular file');
    if (!file.raw) return unusable(`it is longer than ${longestLinkFile} bytes`);
    const text = file.raw.toString('utf8');
    return { ...parseLink(name, text), text };
  } catch (error) {
    return unusable(`it cannot be read: ${reasonOf(error)}`);
  }
}
