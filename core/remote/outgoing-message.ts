// A message on its way out: as it is in the queue, or with another head in front of the rest of it. The file of the queue stays as it is.
import { type FileHandle, open } from 'node:fs/promises';
import type { DeliveryJob } from '../paper-path/shapes.ts';

/** Bytes that are sent instead of the first ones of a message. */
export interface NewHead {
  readonly raw: Uint8Array;
  readonly insteadOfBytes: number;
}

/** The message of a delivery. */
export interface OutgoingMessage extends Pick<DeliveryJob, 'path' | 'raw'> {
  readonly head?: NewHead;
}

const pieceBytes = 64 * 1024;

/** The message with another head. */
export function withHead(message: OutgoingMessage, head: NewHead): OutgoingMessage {
  return {
    ...(message.raw && { raw: message.raw }),
    head,
    // Only read when it is needed: the queue writes the file then.
    get path() {
      return message.path;
    },
  };
}

/** How many bytes are sent of a message with so many. */
export function sizeOf(storedBytes: number, head: NewHead | undefined): number {
  return head ? storedBytes - head.insteadOfBytes + head.raw.length : storedBytes;
}

/** All bytes of a message in memory. */
export function wholeMessage(stored: Uint8Array, head: NewHead | undefined): Uint8Array {
  return head ? Buffer.concat([head.raw, stored.subarray(head.insteadOfBytes)]) : stored;
}

/** The bytes of a message in a file. @throws Error when it cannot be read */
export async function* filePieces(path: string, head?: NewHead): AsyncGenerator<Buffer> {
  await using file = await open(path);
  yield* messagePieces(file, head);
}

/** The same of an open file. */
export async function* messagePieces(file: FileHandle, head: NewHead | undefined): AsyncGenerator<Buffer> {
  if (head) yield Buffer.from(head.raw);
  for (let at = head?.insteadOfBytes ?? 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
