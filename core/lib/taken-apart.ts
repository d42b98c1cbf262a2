// Why a stranger's message was not taken apart by the process that does that (warm-process.ts).

/**
 * The message is a clause: `it took longer than 10 seconds`.
 * `message`: the process ended, or gave up, over this one. `away`: it could not be asked now, whatever the message.
 */
export class NotTakenApart extends Error {
  readonly because: 'message' | 'away';

  constructor(because: 'message' | 'away', clause: string) {
    super(clause);
    this.name = 'NotTakenApart';
    this.because = because;
  }
}
