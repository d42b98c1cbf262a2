// What the composer is given: the owner, the configuration, the owner's files, the queue, and those who take messages apart.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import type { MailboxAccess } from '../../paper-path/mailbox-access.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import type { DraftParser } from './draft-parser.ts';
import type { UserNames } from './owner-addresses.ts';

/** Whose mail is written. All are text. */
interface ComposeOwner {
  /** Login name: `user@` any local domain is the owner. */
  readonly user: string;
  readonly address: string;
  readonly name: string;
  /** Without the `-- ` line; empty: none. */
  readonly signature: string;
  /** Where a reply begins: above the quote, or below it. */
  readonly answers: 'above' | 'below';
}

export interface ComposeDeps {
  readonly control: () => Control;
  readonly clock: Clock;
  /** That many random bytes. */
  readonly random: (size: number) => Uint8Array;
  readonly draftParser: DraftParser;
  readonly accept: Accept;
  readonly files: MailboxAccess;
  readonly owner: () => ComposeOwner;
  /** Names that tell the owner's addresses from others'. */
  readonly names: () => UserNames;
  /** Of the owner's .qmail files, what follows `.qmail`: byte strings. */
  readonly rules: () => readonly string[];
  /** Whether a message of this Message-ID was ever queued. */
  readonly wasQueued: (messageId: string) => Promise<boolean>;
  readonly log: LogLine;
  /** Whether mail to an address (text) would find somebody on this host. */
  readonly isKnownHere: (address: string) => Promise<boolean>;
}
