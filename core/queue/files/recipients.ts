// local/N and remote/N, the channel files: one record per recipient, `T<address>\0` pending or `D<address>\0` done, marked in
// place.
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

/** A recipient that is not done. */
export interface PendingRecipient {
  readonly address: string;
  /** Byte offset of its record: where to mark it. */
  readonly offset: number;
}

/** A record that is neither pending nor done: the file is damaged, or of a later version. */
export class UnknownRecord extends Error {}

/** Reads a channel file piece by piece, so that a list of 100,000 recipients costs no more memory than one of ten. */
export interface RecipientReader {
  /** The next pending recipient; undefined at the end. @throws Error when the file holds a record of unknown type */
  next(): PendingRecipient | undefined;
  /** Marks a recipient as done. @throws when the disk refuses: the recipient will get the message again */
  mark(recipient: PendingRecipient): void;
  close(): void;
}

const pieceBytes = 64 * 1024;

/** Opens a channel file. @throws when it cannot be opened */
export function openRecipients(path: string): RecipientReader {
  const fd = openSync(path, constants.O_RDWR);
  const piece = Buffer.allocUnsafe(pieceBytes);
  let unread = Buffer.alloc(0);
  let unreadAt = 0;
  let ended = false;

  function record(): { text: string; offset: number } | undefined {
    for (;;) {
      const end = unread.indexOf(0);
      if (end >= 0) {
        const found = { text: unread.toString('latin1', 0, end), offset: unreadAt };
        unread = unread.subarray(end + 1);
        unreadAt += end + 1;
        return found;
      }
      if (ended) return undefined;
      const got = readSync(fd, piece, 0, pieceBytes, unreadAt + unread.length);
      if (got === 0) ended = true;
      else unread = Buffer.concat([unread, piece.subarray(0, got)]);
    }
  }

  return {
    next() {
      for (let found = record(); found; found = record()) {
        if (found.text[0] === 'T') return { address: found.text.slice(1), offset: found.offset };
        if (found.text[0] !== 'D') throw new UnknownRecord(`unknown record type in ${path}`);
      }
      return undefined;
    },
    mark(recipient) {
      writeSync(fd, 'D', recipient.offset);
    },
    close() {
      closeSync(fd);
    },
  };
}

/** Marks a record of a channel file as done. @throws when the disk refuses */
export function markInFile(path: string, offset: number): void {
  const fd = openSync(path, constants.O_WRONLY);
  try {
    writeSync(fd, 'D', offset);
  } finally {
    closeSync(fd);
  }
}

const toDo = 'T'.charCodeAt(0);
const isDone = 'D'.charCodeAt(0);

/** The size of a recipient's record: `T<address>\0`. */
export function recordBytes(address: string): number {
  return address.length + 2;
}

/** Recipients with the offsets that their records have in a channel file. */
export function withOffsets(addresses: readonly string[]): PendingRecipient[] {
  let offset = 0;
  return addresses.map(address => {
    const recipient = { address, offset };
    offset += recordBytes(address);
    return recipient;
  });
}

/** A channel file's bytes. @param recipients all of them, with their offsets @param done offsets of those that are done */
export function formatRecipients(recipients: readonly PendingRecipient[], done: ReadonlySet<number>): Buffer {
  const last = recipients.at(-1);
  const raw = Buffer.alloc(last ? last.offset + recordBytes(last.address) : 0);
  for (const { address, offset } of recipients) {
    raw[offset] = done.has(offset) ? isDone : toDo;
    raw.write(address, offset + 1, 'latin1');
  }
  return raw;
}
