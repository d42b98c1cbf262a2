// How much of a stranger's message is taken apart, and why one was not by the process that does that (warm-process.ts).

/**
 * The message is a clause: `it took longer than 10 seconds`.
 * `message`: the process ended, or gave up, over this one. `away`: it could not be asked now, whatever the message.
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
 * So much of a message is taken apart: all that the composer sends, with 40 MB of files in base64. More would need many times
 * its size.
 */
export const maxParsedBytes = 64 * 1024 * 1024;
