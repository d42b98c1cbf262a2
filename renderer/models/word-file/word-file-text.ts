// Edits the text of a link's file word by word. Lines that are not edited keep every byte.
import { firstWord } from '../../../core/api/link-grammar.ts';
import { joinLines, splitLines } from '../rules/rule-text.ts';

/** The values of a word, one for each of its lines. */
export function valuesOf(file: string, word: string): string[] {
  return splitLines(file).flatMap(line => {
    const parts = partsOf(line);
    return parts?.word === word ? [parts.value] : [];
  });
}

/** The word on a line, counted from 1. */
export function wordAt(file: string, line: number): string | undefined {
  return partsOf(splitLines(file)[line - 1] ?? '')?.word;
}

/**
 * Gives a word these values, a line for each. Its lines stay where they are; a new word comes where `order` has it.
 * @param order all words, as a new file has them
 */
export function withValues(file: string, word: string, values: readonly string[], order: readonly string[]): string {
  const lines = splitLines(file);
  const kept: string[] = [];
  let used = 0;
  /** Where more lines of this word go. */
  let end = -1;
  let before = 0;
  for (const line of lines) {
    const parts = partsOf(line);
    if (parts?.word === word) {
      const value = values[used];
      used += 1;
      if (value === undefined) continue;
      kept.push(value === parts.value ? line : `${parts.start}${value}`);
      end = kept.length;
      continue;
    }
    kept.push(line);
    if (parts && order.includes(parts.word) && order.indexOf(parts.word) < order.indexOf(word)) before = kept.length;
  }
  const more = values.slice(used).map(value => `${word} ${value}`);
  kept.splice(end < 0 ? before : end, 0, ...more);
  return joinLines(kept);
}

interface LineParts {
  readonly word: string;
  readonly value: string;
  /** What the line has before the value. */
  readonly start: string;
}

/** @returns undefined for comments and empty lines */
function partsOf(line: string): LineParts | undefined {
  const { word, rest: value } = firstWord(line);
  if (word === '' || word.startsWith('#')) return undefined;
  const start = value === '' ? `${line.trimEnd()} ` : line.slice(0, line.lastIndexOf(value));
  return { word, value, start };
}
