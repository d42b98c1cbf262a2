// The three ways in which qmail reads a control file: as a line, a number or a list.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../lib/disk/read-whole-file.ts';
import { trimEndOf } from '../lib/text/trim-end.ts';
import { errorCode, reasonOf, UserError } from '../lib/user-error.ts';
import { carriedTable, carriedText } from './links/carried.ts';
import { readLinksIn } from './links/read-links.ts';

/** Reads files of one `control/` directory. Contents are byte strings. */
export interface ControlFiles {
  /** First line without trailing blanks; undefined when the file is missing. */
  line(name: string): string | undefined;
  /** The number that `line` begins with, at most 2^32 - 1; undefined when missing or not a number. */
  int(name: string): number | undefined;
  /** Lines without trailing blanks, comments and empty lines; undefined when the file is missing. */
  list(name: string): readonly string[] | undefined;
  /** The same with their numbers, from 1. */
  numbered(name: string): readonly NumberedLine[] | undefined;
}

export interface NumberedLine {
  readonly text: string;
  readonly line: number;
}

const largestInt = 2 ** 32 - 1;

/** The text of a control file; undefined: it does not exist. @throws UserError when it cannot be read */
type ReadText = (name: string) => string | undefined;

/** @throws UserError (from its methods) when a file exists but cannot be read: its default must not apply */
export function controlFiles(directory: string): ControlFiles {
  return controlFilesOf(textsIn(directory));
}

/** The control files of a home. @throws UserError when it has no control directory; from the methods as above */
export function controlFilesOfHome(home: string): ControlFiles {
  const directory = join(home, 'control');
  try {
    statSync(directory);
  } catch (error) {
    const isClosed = errorCode(error) === 'EACCES';
    const text = isClosed
      ? `${home} is closed to uid ${process.getuid?.()}: its owner can open it, see docs/security.md.`
      : `${home} is not a Waypost home: it has no control directory. Create one with: waypost init`;
    throw new UserError(text, { exitCode: isClosed ? 111 : 1, cause: error });
  }
  return controlFiles(directory);
}

/** The files of a directory as they are at the moment of each call; `links`, a directory, is the table of what its files carry. */
export function textsIn(directory: string): ReadText {
  return name => {
    const path = join(directory, name);
    try {
      if (name === carriedTable) return carriedText(readLinksIn(path));
      return readIfThere(path)?.toString('latin1');
    } catch (error) {
      throw new UserError(`Unable to read the control file ${path}: ${reasonOf(error)}.`, {
        exitCode: 111,
        cause: error,
      });
    }
  };
}

export function controlFilesOf(read: ReadText): ControlFiles {
  return {
    line(name) {
      const text = read(name);
      return text === undefined ? undefined : firstLine(text);
    },
    int(name) {
      const text = read(name);
      const digits = text === undefined ? null : /^\d+/.exec(firstLine(text));
      return digits ? Math.min(Number(digits[0]), largestInt) : undefined;
    },
    list(name) {
      const text = read(name);
      return text === undefined ? undefined : usableLines(text).map(({ text: line }) => line);
    },
    numbered(name) {
      const text = read(name);
      return text === undefined ? undefined : usableLines(text);
    },
  };
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return trimBlanks(end < 0 ? text : text.slice(0, end));
}

function usableLines(text: string): readonly NumberedLine[] {
  return text
    .split('\n')
    .map((line, at) => ({ text: trimBlanks(line), line: at + 1 }))
    .filter(({ text: line }) => line !== '' && !/^[#\0]/.test(line))
    .flatMap(({ text: entries, line }) => entries.split('\0').map(entry => ({ text: entry, line }))); // qmail keeps its lists as strings that end in NUL
}

function trimBlanks(line: string): string {
  return trimEndOf(line, ' \t\n');
}
