// Files of a word and its value on each line, `#` for a comment: links (control/links/NAME) and accounts (control/fetch/NAME).
import { firstWord } from '../../api/link-grammar.ts';

/** One word of such a file. */
export interface FileWord<Fields> {
  /** What follows the word. */
  readonly takes: string;
  readonly example: string;
  /** What it is for, in one sentence. */
  readonly says: string;
  /** Lines with this word add up; of any other word the file has one line. */
  readonly repeats: boolean;
  /** @returns what is wrong, if anything */
  readonly read: (fields: Fields, value: string) => string | undefined;
}

/** What is wrong with a line; `line` from 1, undefined: with the file as a whole. */
export interface FileProblem {
  readonly line: number | undefined;
  readonly text: string;
}

/** A file that is none at all has a problem in each of its lines. */
const mostProblems = 50;

/** Reads each line into the fields. @param whose whose file it is, for people: `a link` */
export function readWords<Fields>(
  words: Readonly<Record<string, FileWord<Fields>>>,
  fields: Fields,
  text: string,
  whose: string,
): FileProblem[] {
  const problems: FileProblem[] = [];
  let more = 0;
  function problem(at: number, what: string): void {
    if (problems.length < mostProblems) problems.push({ line: at + 1, text: what });
    else more++;
  }
  const seen = new Set<string>();
  for (const [at, line] of text.split('\n').entries()) {
    const { word, rest: value } = firstWord(line);
    if (word === '' || word.startsWith('#')) continue;
    const known = Object.hasOwn(words, word) ? words[word] : undefined;
    if (!known) problem(at, `${word} is not a word of ${whose}'s file`);
    else if (value === '') problem(at, `${word} needs ${known.takes}`);
    else if (!known.repeats && seen.has(word)) problem(at, `${word} is there twice`);
    else {
      const wrong = known.read(fields, value);
      if (wrong !== undefined) problem(at, `${word}: ${wrong}`);
    }
    seen.add(word);
  }
  if (more > 0) problems.push({ line: undefined, text: `and ${more} more lines are not right` });
  return problems;
}

/** The words as front ends explain them. */
export function explainWords<Fields>(words: Readonly<Record<string, FileWord<Fields>>>) {
  return Object.entries(words).map(([word, { takes, example, says }]) => ({ word, takes, example, says }));
}

/** Problems as front ends get them. */
export function shownProblems(problems: readonly FileProblem[]) {
  return problems.map(({ line, text }) => ({ line: line ?? null, text }));
}

/** `line 2: tls: it is implicit, starttls or none`; undefined: there is none. */
export function firstProblemText([first]: readonly FileProblem[]): string | undefined {
  return first && `${first.line === undefined ? '' : `line ${first.line}: `}${first.text}`;
}
