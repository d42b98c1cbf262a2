// The file of an account (control/fetch/NAME) as the guide writes it: a word that is there keeps its place, and all words that the
// guide does not ask for stay as they are.
import { firstWord } from '../api/link-grammar.ts';

/** The words in their order; undefined: a line with this word is removed. */
export type WordValues = readonly (readonly [word: string, value: string | undefined])[];

/** @param before the text of the file; undefined: there is none */
export function withWords(before: string | undefined, values: WordValues): string {
  const wanted = new Map(values);
  const lines = (before ?? '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const kept = lines.flatMap(line => {
    const { word } = firstWord(line);
    if (!wanted.has(word)) return [line];
    const value = wanted.get(word);
    wanted.delete(word);
    return value === undefined ? [] : [`${word} ${value}`];
  });
  const added = [...wanted].flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`]));
  return `${[...kept, ...added].join('\n')}\n`;
}
