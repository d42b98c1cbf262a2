// A message as the reply to RETR or TOP (qmail-pop3d's blast): CR LF line ends, stuffed dots, and the final dot. qmail sends one
// more empty line, which its sizes do not include.
import type { FileHandle } from 'node:fs/promises';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const pieceBytes = 64 * 1024;

/** @param bodyLines how many lines to send after the header and its empty line; undefined: all */
export async function* messagePieces(file: FileHandle, bodyLines: number | undefined): AsyncGenerator<Buffer> {
  const encoder = createEncoder(bodyLines);
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes);
    if (bytesRead === 0 || encoder.isFull()) break;
    yield encoder.push(buffer.subarray(0, bytesRead));
  }
  yield encoder.end();
}

function createEncoder(bodyLines: number | undefined) {
  let last = LF;
  let lineBytes = 0;
  let inHeader = true;
  let left = bodyLines ?? Number.POSITIVE_INFINITY;
  let full = false;

  return {
    isFull: () => full,
    push(piece: Buffer): Buffer {
      const wire = Buffer.allocUnsafe(piece.length * 2);
      let filled = 0;
      for (let at = 0; at < piece.length; at++) {
        const byte = piece[at] as number;
        if (last === LF) {
          if (!inHeader && left-- <= 0) {
            full = true;
            break;
          }
          lineBytes = 0;
          if (byte === DOT) wire[filled++] = DOT;
        }
        if (byte !== LF && byte !== CR) lineBytes++;
        if (byte === LF && lineBytes === 0) inHeader = false;
        if (byte === LF && last !== CR) wire[filled++] = CR;
        wire[filled++] = byte;
        last = byte;
      }
      return wire.subarray(0, filled);
    },
    end: () => Buffer.from(last === LF ? '.\r\n' : '\r\n.\r\n'),
  };
}
