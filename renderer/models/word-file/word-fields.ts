// The form of a word file: which words belong together, and what each is edited with. Sentences come from the host, labels from
// the catalogue.

/** `lines`: a value on each line, for words that repeat. */
export type PlainControl = 'text' | 'number' | 'amount' | 'lines' | 'choice' | 'yes-no';

export interface WordField<Control extends string = PlainControl, Word extends string = string> {
  readonly word: Word;
  readonly control: Control;
  /** The values of a choice; the first one applies when the file does not say. */
  readonly choices?: readonly string[];
  /** Shown beside the number as people write it. */
  readonly unit?: 'bytes' | 'seconds';
}
