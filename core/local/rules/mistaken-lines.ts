// Finds all lines in a user's .qmail files that would be read as an address but cannot be one.

import { mistakeOf } from './address-mistakes.ts';
import { parseDotQmail } from './dot-qmail.ts';
import { openRuleFiles } from './rule-files.ts';

/** Such a line, and what is wrong with it. `file` is a name in the home directory, a byte string. */
interface MistakenLine {
  readonly file: string;
  readonly line: number;
  readonly says: string;
}

/** @param homeDir a byte string @returns nothing for files that this process may not read */
export function mistakenLines(homeDir: string): MistakenLine[] {
  const files = openRuleFiles(homeDir);
  return namesIn(files).flatMap(name => {
    const stored = files.read(name);
    if (stored?.kind !== 'read') return [];
    return parseDotQmail(stored.raw.toString('latin1')).flatMap(instruction => {
      const says = mistakeOf(instruction);
      return says === undefined ? [] : [{ file: `.qmail${name}`, line: instruction.line, says }];
    });
  });
}

function namesIn(files: ReturnType<typeof openRuleFiles>): string[] {
  try {
    return files.names().sort();
  } catch {
    return [];
  }
}
