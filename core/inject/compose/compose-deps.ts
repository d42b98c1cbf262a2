// What the composer needs: the owner, the configuration, the owner's files, the queue, and the parser of messages.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import type { MailboxAccess } from '../../paper-path/mailbox-access.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import type { DraftParser } from './draft-parser.ts';
import type { UserNames } from './owner-addresses.ts';

/** The owner of the mail. All values are text. */
interface ComposeOwner {
  /** Login name: `user@` any local domain is an address of the owner. */
  readonly user: string;
  readonly address: string;
  readonly name: string;
  /** Without the `-- ` line; empty: none. */
  readonly signature: string;
  /** Where a reply is written: above the quote, or below it. */
  readonly answers: 'above' | 'below';
}

export interface ComposeDeps {
  readonly control: () => Control;
  readonly clock: Clock;
  /** Returns this many random bytes. */
  readonly random: (size: number) => Uint8Array;
  readonly draftParser: DraftParser;
  readonly accept: Accept;
  readonly files: MailboxAccess;
  readonly owner: () => ComposeOwner;
  /** The names that tell the owner's addresses from those of others. */
  readonly names: () => UserNames;
  /** The names of the owner's .qmail files without `.qmail`, as byte strings. */
  readonly rules: () => readonly string[];
  /** Whether a message with this Message-ID was ever queued. */
  readonly wasQueued: (messageId: string) => Promise<boolean>;
  readonly log: LogLine;
  /** Whether an address (text) exists on this host. */
  readonly isKnownHere: (address: string) => Promise<boolean>;
}
