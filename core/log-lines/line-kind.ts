// What every kind of log line has: a writer and a reader, in one file, so that neither changes without the other.

/** Reads what `format` wrote. Text is returned as the log has it: see field.ts. */
export interface LineKind<Line extends { readonly kind: string }, Written = Omit<Line, 'kind'>> {
  /** The text that all lines of this kind start with. */
  readonly start: string;
  format(written: Written): string;
  /** @param line without its stamp @returns undefined for a line of another kind */
  parse(line: string): Line | undefined;
}
