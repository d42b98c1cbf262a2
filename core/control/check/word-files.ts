// Findings about files of words, those of links and of accounts: the directory, the lines that mean nothing, where a word is.
import { firstWord } from '../../api/link-grammar.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { addressFromText } from '../../message/address.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

/** @param error why the directory with a file for each of these cannot be read */
export function unreadableDirectory(directory: string, each: 'link' | 'account', error: unknown): Finding {
  const why =
    errorCode(error) === 'ENOTDIR'
      ? `This is a file, but must be a directory with a file for each ${each}.`
      : `The directory cannot be read: ${reasonOf(error)}.`;
  return findingsIn(directory).warning(`${each}s-unreadable`, why);
}

/** The reader of a file writes its problems without a full stop. They often begin with a word of the file, which stays as it is. */
export function sentence(problem: string): string {
  const text = shown(problem);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Text of a file that is safe to print. */
export function shown(text: string): string {
  return printable(addressFromText(text));
}

/** The line of a word, from 1, whose value is, or has among its words, the given one. */
export function lineOf(text: string, word: string, value?: string): number | undefined {
  const at = text.split('\n').findIndex(line => {
    const { word: first, rest } = firstWord(line);
    return first === word && (value === undefined || rest.toLowerCase().split(/\s+/).includes(value));
  });
  return at < 0 ? undefined : at + 1;
}
