// The links of a home: all files of control/links, as they are now.
import { join } from 'node:path';
import { longestLinkFile } from '../../api/link-grammar.ts';
import { wordFilesIn } from '../word-file/word-directory.ts';
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
  return [...linksIn(directory)];
}

/** The same one by one: there may be many. */
export function linksIn(directory: string): Generator<LinkOfHome> {
  return wordFilesIn(directory, longestLinkFile, parseLink);
}
