// A directory with a file of words for each link, or each account (word-file.ts), as it is now.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../lib/disk/read-regular-file.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';

/** One of its files: its text, or why it cannot be read. */
export type WordFileRead =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly unreadable: string };

/** By name; none when there is no such directory. @throws Error when it cannot be read */
export function* wordFilesIn(directory: string, longestBytes: number): Generator<WordFileRead> {
  for (const name of namesIn(directory)) yield readOne(join(directory, name), name, longestBytes);
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

function readOne(path: string, name: string, longestBytes: number): WordFileRead {
  try {
    const file = readRegularFile(path, longestBytes);
    if (!file) return { name, unreadable: 'it is not a regular file' };
    if (!file.raw) return { name, unreadable: `it is longer than ${longestBytes} bytes` };
    return { name, text: file.raw.toString('utf8') };
  } catch (error) {
    return { name, unreadable: `it cannot be read: ${reasonOf(error)}` };
  }
}
