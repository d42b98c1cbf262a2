// A message in the journal only: accepted, and without qmail's files info, local and remote. Most messages are delivered while
// they are there; those that must wait are moved into the files (move-to-files.ts).
import { rmSync } from 'node:fs';
import type { Channel } from '../../control/classify.ts';
import { forgetDsn, type KeptDsn, writeKept } from '../files/dsn-file.ts';
import { formatInfo } from '../files/info-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { writeMessageFile } from '../files/numbers.ts';
import { formatRecipients, type PendingRecipient, type RecipientReader } from '../files/recipients.ts';
import { writeTimedFile } from '../files/timed-file.ts';
import type { Accepted } from '../journal/record.ts';
import type { MessageStore } from './message-store.ts';

/** Recipients with the offsets that their records have in the channel file. */
export type RecipientsByChannel = Readonly<Record<Channel, readonly PendingRecipient[]>>;

interface Contents {
  readonly message: Pick<Accepted, 'id' | 'sender' | 'raw' | 'dsn'>;
  readonly recipients: RecipientsByChannel;
  /** The journal segment that holds the message. */
  readonly segment: number;
  /** mess/N exists. */
  readonly hasFile: boolean;
}

const channels: readonly Channel[] = ['local', 'remote'];

/** The store of one message. */
export class StoreInJournal implements MessageStore {
  readonly segment: number;
  readonly raw: Uint8Array | undefined;
  readonly recipients: RecipientsByChannel;
  readonly #layout: QueueLayout;
  readonly #sender: string;
  readonly #dsn: KeptDsn | undefined;
  readonly #done: Readonly<Record<Channel, Set<number>>> = { local: new Set(), remote: new Set() };
  #hasFile: boolean;
  /** Writing its files was tried, and the disk refused: some of them may exist. */
  #partlyWritten = false;

  constructor(layout: QueueLayout, { message, recipients, segment, hasFile }: Contents) {
    this.#layout = layout;
    this.#sender = message.sender;
    this.#dsn = message.dsn;
    this.raw = message.raw;
    this.recipients = recipients;
    this.segment = segment;
    this.#hasFile = hasFile;
  }

  get hasFile(): boolean {
    return this.#hasFile;
  }

  sender(): string {
    return this.#sender;
  }

  dsn(): KeptDsn | undefined {
    return this.#dsn;
  }

  infoSec(): undefined {
    return undefined;
  }

  pending(_id: number, channel: Channel): RecipientReader {
    const recipients = this.recipients[channel];
    const done = this.#done[channel];
    let at = 0;
    return {
      next() {
        for (let found = recipients[at++]; found; found = recipients[at++]) if (!done.has(found.offset)) return found;
        return undefined;
      },
      mark: ({ offset }) => void done.add(offset),
      close: () => undefined,
    };
  }

  channelBytes(_id: number, channel: Channel): Buffer {
    return formatRecipients(this.recipients[channel], this.#done[channel]);
  }

  ensureFile(id: number): string {
    if (this.raw && !this.#hasFile) {
      writeMessageFile(this.#layout, id, this.raw);
      this.#hasFile = true;
    }
    return this.#layout.mess(id);
  }

  mark(_id: number, channel: Channel, offset: number): void {
    this.#done[channel].add(offset);
  }

  setDue(): void {}

  removeChannel(): void {}

  remove(id: number): void {
    if (this.#partlyWritten) this.#removeWritten(id);
    if (this.#hasFile) rmSync(this.#layout.mess(id), { force: true });
    if (this.#dsn) forgetDsn(this.#layout, id);
  }

  /**
   * Writes info/N and the files of these channels, each with the time when it is due.
   * @throws when the disk refuses: the message is still in the journal, and some of the files may exist
   */
  writeFiles(id: number, bornSec: number, due: Iterable<readonly [Channel, number]>): void {
    this.ensureFile(id);
    // info goes first: while it exists, a channel file that is missing counts as done (recovery/takeover.ts).
    if (this.#partlyWritten) this.#removeWritten(id);
    this.#partlyWritten = true;
    if (this.#dsn) writeKept(this.#layout, id, this.#dsn);
    for (const [channel, dueSec] of due)
      writeTimedFile(this.#layout[channel](id), this.channelBytes(id, channel), dueSec);
    writeTimedFile(this.#layout.info(id), formatInfo(this.#sender), bornSec);
  }

  #removeWritten(id: number): void {
    rmSync(this.#layout.info(id), { force: true });
    for (const channel of channels) rmSync(this.#layout[channel](id), { force: true });
  }
}
