// Reads the queued message piece by piece. Every reader starts at byte 0 and none moves the file's own offset, so one
// open file serves all lines of a .qmail file, however large the message is.
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { reasonOf } from '../lib/user-error.ts';

const readAt = promisify(read);
const pieceBytes = 64 * 1024;

/** The message could not be read; its message is the reason in the system's words. */
export class MessageReadError extends Error {
  constructor(cause: unknown) {
    super(reasonOf(cause), { cause });
    this.name = 'MessageReadError';
  }
}

/** The bytes of the open file from the beginning. @throws MessageReadError (while iterating) */
export async function* messagePieces(fd: number): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; ; ) {
    const piece = Buffer.allocUnsafe(pieceBytes);
    const { bytesRead } = await readAt(fd, piece, 0, pieceBytes, position).catch(error => {
      throw new MessageReadError(error);
    });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/**
 * Whether the header (up to the first empty line) has exactly this line. Lines may be of any length.
 * @param line a byte string that ends in LF
 * @throws MessageReadError
 */
export async function headerHasLine(pieces: AsyncIterable<Uint8Array>, line: string): Promise<boolean> {
  const wanted = Buffer.from(line, 'latin1');
  let matched = 0; // bytes of the current line that agree with `wanted`; -1: it is another line
  let length = 0; // bytes of the current line so far
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const lf = piece.indexOf(10, at);
      const end = lf < 0 ? piece.length : lf + 1;
      if (matched >= 0) {
        const same = wanted.subarray(matched, matched + end - at).equals(piece.subarray(at, end));
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
