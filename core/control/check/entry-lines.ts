// The line number of an entry in a control file, to show what decided about an address.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lowerAscii } from '../../message/address.ts';
import { readControlTexts } from './control-text.ts';

/** The control files of a home as they are now. */
export interface EntryLines {
  path(name: string): string;
  has(name: string): boolean;
  /** The line of an entry of a list; null: it is not in the file (any more). Of equal entries the last counts. */
  ofEntry(name: string, entry: string): number | null;
  /** The line `key:…` of a table. */
  ofKey(name: string, key: string): number | null;
}

export function readEntryLines(home: string): EntryLines {
  const directory = join(home, 'control');
  const texts = existsSync(directory) ? readControlTexts(directory) : undefined;
  function find(name: string, isIt: (text: string) => boolean): number | null {
    return (texts?.entries(name) ?? []).findLast(({ text }) => isIt(lowerAscii(text)))?.line ?? null;
  }
  return {
    path: name => join(directory, name),
    has: name => texts?.file(name) !== undefined,
    ofEntry: (name, entry) => find(name, text => text === lowerAscii(entry)),
    ofKey: (name, key) => find(name, text => text.startsWith(`${lowerAscii(key)}:`)),
  };
}
