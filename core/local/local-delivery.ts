// What local deliveries need, and one of them as the two ways to run it get it.
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { BuiltinPrograms } from '../paper-path/builtin-program.ts';
import type { SpoolFor } from '../paper-path/link-spool.ts';
import type { Accept, DeliveryJob } from '../paper-path/shapes.ts';
import type { DeliverAsUser } from './as-user/run-as-user.ts';
import type { ForwardedDsn } from './forwarded-dsn.ts';
import type { Message } from './message/message.ts';
import type { FindSystemUser } from './users/system-users.ts';

export interface LocalDeliverDeps {
  /** The Waypost home. */
  readonly home: string;
  readonly control: () => Control;
  readonly clock: Clock;
  /** Queues the messages that forward lines create. */
  readonly accept: Accept;
  /** This machine's name, for the names of Maildir files. */
  readonly hostName: string;
  /** The host's own environment, of which programs get PATH, TMPDIR, TZ and the language. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Takes over making Maildir deliveries durable: without it each is fsynced before it is done. Called with the Maildir
   * (absolute, as text) after the file is in new/ and before the delivery is done. The caller that passes it must deliver
   * the message again if the power fails before everything written into that directory is on the disk.
   */
  readonly deferSync?: ((maildir: string) => void) | undefined;
  /** The host did not stop cleanly: the first delivery into each Maildir removes the torn files there. */
  readonly sweepTorn?: boolean;
  /** For mail that leaves over a link: it waits in the link's Maildir. */
  readonly spoolFor?: SpoolFor | undefined;
  /** Our programs that run in this process when a .qmail line calls them. */
  readonly programs: BuiltinPrograms;
  /** For a host that root started: root's parent finds the user of an address and starts a delivery as that user. */
  readonly asUser?: DeliverAsUser | undefined;
  /** Effective uid, where there is one; a test may set another. */
  readonly processUid?: number | undefined;
  /** The machine's accounts; a test may have others. */
  readonly findSystemUser?: FindSystemUser | undefined;
}

/** One delivery, with the message open. */
export interface LocalDelivery {
  readonly job: DeliveryJob;
  readonly local: string;
  readonly host: string;
  readonly message: Message;
  readonly deferSync: LocalDeliverDeps['deferSync'];
  readonly forwarded: ForwardedDsn;
}
