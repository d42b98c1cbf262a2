// Why the parser process (warm-process.ts) could not parse a message, and how much of a message is parsed.

/**
 * The message is a clause: `it took longer than 10 seconds`.
 * `message`: the process ended, or gave up, because of this message. `away`: it could not be asked at the moment.
 */
export class ParseFailure extends Error {
  readonly because: 'message' | 'away';

  constructor(because: 'message' | 'away', clause: string) {
    super(clause);
    this.name = 'ParseFailure';
    this.because = because;
  }
}

/**
 * This much of a message is parsed: all that the composer sends, with 40 MB of files in base64. More would need many times its
 * size in memory.
 */
export const maxParsedBytes = 64 * 1024 * 1024;
