// A queued message as SMTP must see it: what is in it, and its bytes on the wire (qmail-remote's blast). A small one is
// dealt with in one go, a large one in pieces, so that a message of any size takes the same memory.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createDotEncoder, finalDot } from '../../conversation/dot-encoder.ts';
import { longestLineBytes } from '../../message/reencode/plan.ts';

/** What must be known about a message before it is sent. */
export interface MessageFacts {
  /** Bytes on the wire without stuffed dots, for SIZE (RFC 1870). */
  readonly wireBytes: number;
  readonly eightBit: boolean;
  /** The header has 8-bit bytes too. */
  readonly eightBitHeader: boolean;
  /** A line has more bytes than servers must accept. */
  readonly longLines: boolean;
  /** The last line has a line end, LF or CR (an empty message is complete). */
  readonly complete: boolean;
  /** Even a server that drops NULs cannot find the end of data inside the message. */
  readonly unambiguous: boolean;
}

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/** The bytes of a message, in pieces. */
export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Reads the whole message once. @throws Error if it cannot be read */
export async function inspectMessage(source: Pieces): Promise<MessageFacts> {
  const inspector = createInspector();
  for await (const piece of source) inspector.push(piece);
  return inspector.facts();
}

/** The same for a message in memory. */
export function inspectWhole(raw: Uint8Array): MessageFacts {
  const inspector = createInspector();
  inspector.push(raw);
  return inspector.facts();
}

/**
 * Reads a small message synchronously, which is faster than Node's thread pool. Undefined: it is too large.
 * @throws Error if the file cannot be read
 */
export function readSmall(path: string, limitBytes: number): Buffer | undefined {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size > limitBytes) return undefined;
    const raw = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) {
      const bytesRead = readSync(fd, raw, at, size - at, at);
      if (bytesRead === 0) throw new Error(`${path} has become shorter`);
      at += bytesRead;
    }
    return raw;
  } finally {
    closeSync(fd);
  }
}

/** Bytes for the wire; the last piece contains the final dot. */
export interface WirePiece {
  readonly raw: Buffer;
  readonly isLast: boolean;
}

/** The message as it goes over the wire: CR LF line ends, dots stuffed. @throws Error when it cannot be read */
export async function* wirePieces(source: Pieces): AsyncGenerator<WirePiece> {
  const encoder = createDotEncoder();
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of source) {
    if (held.length > 0) yield { raw: held, isLast: false };
    held = encoder.push(piece);
  }
  yield { raw: Buffer.concat([held, encoder.end(), finalDot]), isLast: true };
}

/** A whole message as it goes over the wire, with the final dot. */
export function encodeWhole(raw: Uint8Array): Buffer {
  const encoder = createDotEncoder();
  return Buffer.concat([encoder.push(raw), encoder.end(), finalDot]);
}

/** A whole message as BDAT sends it: no dots are added, and nothing comes after it. */
export function encodeChunk(raw: Uint8Array): Buffer {
  const encoder = createDotEncoder('dots as they are');
  return Buffer.concat([encoder.push(raw), encoder.end()]);
}

// Where in a line a sloppy reader may think it is: 'loose' is a line start only for one that drops NULs; 'dot' is a
// single dot after that, which it would take for the end of data.
type Place = 'line start' | 'loose' | 'dot' | 'text';

function createInspector(): { push(piece: Uint8Array): void; facts(): MessageFacts } {
  let wireBytes = 0;
  let bits = 0;
  let last = LF;
  let place: Place = 'line start';
  let unambiguous = true;
  /** Before the first empty line. */
  let inHeader = true;
  let headerBits = 0;
  let lineBytes = 0;
  let longLines = false;

  return {
    push(piece) {
      const { length } = piece;
      wireBytes += length;
      let lineStart = 0;
      for (let at = 0; at < length; at++) {
        let byte = piece[at] as number;
        bits |= byte;
        // Nearly all bytes: behind the first character of a line only its end can change the place.
        while (place === 'text' && byte !== LF && byte !== CR) {
          last = byte;
          if (++at === length) {
            lineBytes += length - lineStart;
            return;
          }
          byte = piece[at] as number;
          bits |= byte;
        }
        if (byte === LF || byte === CR) {
          if (place === 'dot') unambiguous = false;
          const isEnd = byte === LF && last === CR;
          lineBytes += at - lineStart;
          if (lineBytes > longestLineBytes) longLines = true;
          if (inHeader && lineBytes === 0 && !isEnd) {
            inHeader = false;
            headerBits = bits;
          }
          lineBytes = 0;
          lineStart = at + 1;
          // One byte more for each line end that is not two already.
          if (byte === CR) wireBytes++;
          else if (last === CR) wireBytes--;
          else wireBytes++;
          place = 'line start';
        } else if (byte === DOT) {
          // At a true line start the dot is stuffed: no reader takes two for the end.
          place = place === 'loose' ? 'dot' : 'text';
        } else if (byte === 0) {
          if (place === 'line start') place = 'loose';
        } else place = 'text';
        last = byte;
      }
      lineBytes += length - lineStart;
    },
    facts: () => ({
      wireBytes,
      eightBit: bits > 0x7f,
      eightBitHeader: (inHeader ? bits : headerBits) > 0x7f,
      longLines: longLines || lineBytes > longestLineBytes,
      complete: last === LF || last === CR,
      unambiguous,
    }),
  };
}
