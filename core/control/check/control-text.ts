// The control files as text, with line numbers for findings.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { longestText, readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';

/** One entry of a list, without blanks at its end. A byte string. */
export interface Entry {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** A control file as it is on disk. */
export interface ControlText {
  readonly name: string;
  /** Undefined: it cannot be read; then `problem` says why. */
  readonly raw: string | undefined;
  readonly problem: string | undefined;
  /** The entries, if the file is read as a list. */
  readonly entries: readonly Entry[];
}

/** The files of a control directory by name. */
export interface ControlTexts {
  readonly directory: string;
  readonly names: readonly string[];
  /** Undefined: the file does not exist. */
  file(name: string): ControlText | undefined;
  /** The entries of a list; none when it is missing or cannot be read. */
  entries(name: string): readonly Entry[];
}

/** @throws the file system's error when the directory does not exist */
export function readControlTexts(directory: string): ControlTexts {
  const names = readdirSync(directory).sort();
  const read = new Map<string, ControlText | undefined>();
  function file(name: string): ControlText | undefined {
    if (!read.has(name)) read.set(name, readText(directory, name));
    return read.get(name);
  }
  return { directory, names, file, entries: name => file(name)?.entries ?? [] };
}

function readText(directory: string, name: string): ControlText | undefined {
  try {
    const raw = readWholeFile(join(directory, name), longestText).toString('latin1');
    return { name, raw, problem: undefined, entries: entriesOf(raw) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    return { name, raw: undefined, problem: reasonOf(error), entries: [] };
  }
}

function entriesOf(raw: string): Entry[] {
  return raw
    .split('\n')
    .map((line, index) => ({ text: trimEndOf(line, ' \t'), line: index + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
}
