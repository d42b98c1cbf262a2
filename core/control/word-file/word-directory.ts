// A directory with a file of words for each link, or each account (word-file.ts), as it is now.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../../lib/disk/read-regular-file.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import type { FileProblem } from './word-file.ts';

/**
 * By name, each as it is parsed and with its text; none when there is no such directory. That a file cannot be read is its only problem.
 * @throws Error when the directory cannot be read
 */
export function* wordFilesIn<Parsed extends { readonly problems: readonly FileProblem[] }>(
  directory: string,
  longestBytes: number,
  parse: (name: string, text: string) => Parsed,
): Generator<Parsed & { readonly text: string }> {
  for (const name of namesIn(directory)) {
    const read = readOne(join(directory, name), longestBytes);
    if ('text' in read) yield { ...parse(name, read.text), text: read.text };
    else yield { ...parse(name, ''), text: '', problems: [{ line: undefined, text: read.unreadable }] };
  }
}

/** The files of editors and of `waypost` that are being written start with a dot or end in `~`: they do not count. */
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

function readOne(path: string, longestBytes: number): { readonly text: string } | { readonly unreadable: string } {
  try {
    const file = readRegularFile(path, longestBytes);
    if (!file) return { unreadable: 'it is not a regular file' };
    if (!file.raw) return { unreadable: `it is longer than ${longestBytes} bytes` };
    return { text: file.raw.toString('utf8') };
  } catch (error) {
    return { unreadable: `it cannot be read: ${reasonOf(error)}` };
  }
}
