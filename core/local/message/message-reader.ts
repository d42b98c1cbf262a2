// Reads a queued message from its open file. All readers start at byte 0 and do not move the file's offset, so one open file serves
// all lines of a .qmail file.
import { read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { reasonOf } from '../../lib/user-error.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';

const readAt = promisify(read);
const pieceBytes = 64 * 1024;
/** Enough for nearly every header; read synchronously. */
const firstPieceBytes = 16 * 1024;

/** The message could not be read; the error's text is the system's reason. */
export class MessageReadError extends Error {
  constructor(cause: unknown) {
    super(reasonOf(cause), { cause });
    this.name = 'MessageReadError';
  }
}

/** The first `sizeBytes` bytes of the open file. @throws MessageReadError, also if there are fewer */
export function readWhole(fd: number, sizeBytes: number): Buffer {
  const raw = Buffer.allocUnsafe(sizeBytes);
  for (let at = 0; at < sizeBytes; ) {
    const bytesRead = readNow(fd, raw, at, sizeBytes - at, at);
    if (bytesRead === 0) throw new MessageReadError(new Error('the file has become shorter'));
    at += bytesRead;
  }
  return raw;
}

/**
 * The bytes of the open file from the beginning. A piece is valid until the next one is requested: all are read into the same
 * memory, so that a message of 1 GB causes no more garbage than a small one.
 * @throws MessageReadError (while iterating)
 */
export async function* messagePieces(fd: number): AsyncGenerator<Buffer, void, undefined> {
  const memory = Buffer.allocUnsafe(pieceBytes);
  let bytesRead = readNow(fd, memory, 0, firstPieceBytes, 0);
  for (let position = 0; bytesRead > 0; bytesRead = await readLater(fd, memory, position)) {
    position += bytesRead;
    yield memory.subarray(0, bytesRead);
  }
}

/** The same pieces, each in its own memory, for readers that keep them. */
export async function* lasting(source: MessageSource): AsyncGenerator<Uint8Array> {
  for await (const piece of source) yield Uint8Array.from(piece);
}

function readNow(fd: number, into: Buffer, at: number, length: number, position: number): number {
  try {
    return readSync(fd, into, at, length, position);
  } catch (error) {
    throw new MessageReadError(error);
  }
}

async function readLater(fd: number, into: Buffer, position: number): Promise<number> {
  try {
    return (await readAt(fd, into, 0, into.length, position)).bytesRead;
  } catch (error) {
    throw new MessageReadError(error);
  }
}

/**
 * Whether the header (up to the first empty line) contains exactly this line. Lines may have any length.
 * @param line a byte string that ends in LF
 * @throws MessageReadError
 */
export async function headerHasLine(message: MessageSource, line: string): Promise<boolean> {
  const wanted = Buffer.from(line, 'latin1');
  let matched = 0; // bytes of the current line that agree with `wanted`; -1: it is another line
  let length = 0; // bytes of the current line so far
  for await (const piece of message) {
    for (let at = 0; at < piece.length; ) {
      const lf = piece.indexOf(10, at);
      const end = lf < 0 ? piece.length : lf + 1;
      if (matched >= 0) {
        // Comparing the first byte first is cheap, and enough for most lines.
        const same =
          piece[at] === wanted[matched] && wanted.subarray(matched, matched + end - at).equals(piece.subarray(at, end));
        matched = same ? matched + end - at : -1;
      }
      length += end - at;
      at = end;
      if (lf < 0) continue;
      if (matched === wanted.length) return true;
      if (length === 1) return false;
      matched = 0;
      length = 0;
    }
  }
  return false;
}
