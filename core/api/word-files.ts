// What the contract says of word files: links (control/links/NAME) and accounts (control/fetch/NAME).
import * as v from 'valibot';

/** A file as the host has it; a null text: there is none. The stamp changes with the file, and is given back when saving. */
export const StoredFile = v.object({ text: v.nullable(v.string()), stamp: v.string() });
export type StoredFile = v.InferOutput<typeof StoredFile>;

/** What is wrong with a line, from 1; null: with the whole file. */
export const WordProblem = v.object({ line: v.nullable(v.number()), text: v.string() });
export type WordProblem = v.InferOutput<typeof WordProblem>;

/** A word of a file, as the host explains it. */
export const WordHelp = v.object({
  word: v.string(),
  /** What follows the word: `HOST[:PORT]`. */
  takes: v.string(),
  example: v.string(),
  /** What it is for, in one sentence. */
  says: v.string(),
});
export type WordHelp = v.InferOutput<typeof WordHelp>;

/** A name as a person types it: it may be none yet. The longest one that is right has 32 characters. */
export const TypedName = v.pipe(v.string(), v.maxLength(200));
