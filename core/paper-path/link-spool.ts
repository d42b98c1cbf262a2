// Where the mail for a link waits: local delivery puts it there itself, as no user.
import type { Outcome } from './outcome.ts';

/** The Maildir of a link. */
export interface Spool {
  readonly link: string;
  /** Its path, as text. */
  readonly maildir: string;
  /**
   * Looks at a message before it is put there.
   * @param head the beginning of the message
   * @returns why it must not go out over this link; undefined: it may
   */
  refuses(head: Uint8Array): Outcome | undefined;
  /** Called when a message is there. @param file `new/…` */
  arrived(file: string): void;
  /** Called when a message could not be put there, and waits in the queue. @param why one line */
  failed(why: string): void;
}

/** The spool for a recipient (a byte string) of the local channel; undefined: a user's mail. */
export type SpoolFor = (recipient: string) => Spool | undefined;
