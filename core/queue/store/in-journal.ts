// A fresh message: accepted, in the journal, not (yet) in qmail's info, local and remote files. Most messages are delivered
// while they are fresh; those that have to wait are settled into the files (move-to-files.ts).
import type { Channel } from '../../control/classify.ts';
import type { QueueLayout } from '../files/layout.ts';
import { writeMessageFile } from '../files/numbers.ts';
import type { PendingRecipient, RecipientReader } from '../files/recipients.ts';
import type { Accepted } from '../journal/record.ts';

/** What the files would say. */
export interface FreshMessage {
  readonly sender: string;
  /** The journal segment that holds it. */
  readonly segment: number;
  /** The message's bytes, if they are in the journal. */
  readonly raw: Uint8Array | undefined;
  /** mess/N is there. */
  hasFile: boolean;
  /** It was to be settled, and the disk refused: some of its files are there. */
  partlySettled: boolean;
  /** Recipients with the offsets that their records have in the channel file. */
  readonly recipients: Readonly<Record<Channel, readonly PendingRecipient[]>>;
  /** Offsets of the recipients that are done. */
  readonly done: Readonly<Record<Channel, Set<number>>>;
}

export function createFresh(
  { sender, raw }: Pick<Accepted, 'sender' | 'raw'>,
  recipients: FreshMessage['recipients'],
  segment: number,
  hasFile: boolean,
): FreshMessage {
  return {
    sender,
    segment,
    raw,
    hasFile,
    partlySettled: false,
    recipients,
    done: { local: new Set(), remote: new Set() },
  };
}

/** Makes sure that mess/N is there: for deliveries that need a file, and for messages that have to wait. */
export function ensureMessageFile(layout: QueueLayout, id: number, fresh: FreshMessage | undefined): string {
  if (fresh?.raw && !fresh.hasFile) {
    writeMessageFile(layout, id, fresh.raw);
    fresh.hasFile = true;
  }
  return layout.mess(id);
}

/** A record of a channel file: `T<address>\0`. */
export function recordBytes(address: string): number {
  return address.length + 2;
}

/** The channel file of these recipients. */
export function withOffsets(addresses: readonly string[]): PendingRecipient[] {
  let offset = 0;
  return addresses.map(address => {
    const recipient = { address, offset };
    offset += recordBytes(address);
    return recipient;
  });
}

/** The same view of a channel that openRecipients gives of its file. */
export function readFresh(fresh: FreshMessage, channel: Channel): RecipientReader {
  const recipients = fresh.recipients[channel];
  const done = fresh.done[channel];
  let at = 0;
  return {
    next() {
      for (let found = recipients[at++]; found; found = recipients[at++]) if (!done.has(found.offset)) return found;
      return undefined;
    },
    mark: recipient => void done.add(recipient.offset),
    close: () => undefined,
  };
}
