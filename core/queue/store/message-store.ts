// Where a queued message is kept: in the journal only (in-journal.ts), or in qmail's files (in-files.ts). A pass asks the
// store and does not care which; move-to-files.ts turns the first into the second.
import type { Channel } from '../../control/classify.ts';
import type { KeptDsn } from '../files/dsn-file.ts';
import type { RecipientReader } from '../files/recipients.ts';

/** Everything that the queue asks of a message wherever it is kept. One store may serve many messages, so each call names its message. */
export interface MessageStore {
  /** The journal segment that holds the message; undefined: it is in qmail's files. */
  readonly segment: number | undefined;
  /** The message's bytes, if they are in memory. */
  readonly raw: Uint8Array | undefined;
  /** mess/N exists. */
  readonly hasFile: boolean;
  /** The envelope sender. @throws when it cannot be read */
  sender(id: number): string;
  /** What the sender wants to be told; undefined: nothing was said. @throws when it cannot be read */
  dsn(id: number): KeptDsn | undefined;
  /** When the owner may have set the birth to another time (`touch -d` on info/N), in seconds; undefined: there is no such file. */
  infoSec(id: number): number | undefined;
  /** The recipients that are still pending. @throws when the channel file cannot be opened */
  pending(id: number, channel: Channel): RecipientReader;
  /** What the channel file contains, or would contain. @throws when it cannot be read */
  channelBytes(id: number, channel: Channel): Buffer;
  /** Makes sure that mess/N exists. @returns its path @throws when it cannot be written */
  ensureFile(id: number): string;
  /** Marks a recipient as done. @throws when the disk refuses */
  mark(id: number, channel: Channel, offset: number): void;
  /** Notes when the channel is due, where that must survive a restart. @throws when the disk refuses */
  setDue(id: number, channel: Channel, dueSec: number): void;
  /** Removes a channel that has no pending recipient left. @throws when the disk refuses */
  removeChannel(id: number, channel: Channel): void;
  /** Removes what is left of a finished message. @throws when the disk refuses */
  remove(id: number): void;
}

/** True when a channel of a message has a recipient that is not done. @throws when its file cannot be read */
export function hasPending(store: MessageStore, id: number, channel: Channel): boolean {
  const reader = store.pending(id, channel);
  try {
    return reader.next() !== undefined;
  } finally {
    reader.close();
  }
}
