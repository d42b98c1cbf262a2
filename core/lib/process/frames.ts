// What two of our own processes say to each other over a stream: each frame is a JSON value and, beside it, bytes. Node's
// own channel between processes would keep a message that never ends, and carries bytes as text.
import type { Duplex } from 'node:stream';
import { roomIn } from '../write.ts';

/** One thing that was said. */
export interface Frame {
  readonly words: unknown;
  readonly bytes: Uint8Array;
}

/** One end. */
export interface Frames {
  /** Resolves when there is room for more. There may be nobody left to hear it. */
  say(words: unknown, bytes?: Uint8Array): Promise<void>;
}

export const noBytes = new Uint8Array(0);

// Two numbers of four bytes: how long the words and the bytes are.
const headBytes = 8;
/** A message with its files, twice over. */
const longestBytes = 256 * 1024 * 1024;
/** So many pieces become one: each costs more than the few bytes that it may have. */
const mostPieces = 1000;

/**
 * @param longest of the words, and of the bytes: a frame that is longer is none
 * @param hear gets each frame; undefined: the other end said what is no frame, and nothing more will be heard. What it
 * throws is a bug.
 */
export function framesOver(stream: Duplex, hear: (frame: Frame | undefined) => void, longest = longestBytes): Frames {
  let pieces: Buffer[] = [];
  /** How many of them, from the first on, are joined ones. */
  let joined = 0;
  let gathered = 0;
  let wanted = headBytes;
  let deaf = false;
  /** All who wait for room wait for the same. */
  let room: Promise<void> | undefined;

  function take(piece: Buffer): void {
    pieces.push(piece);
    gathered += piece.length;
    if (pieces.length - joined >= mostPieces) pieces.push(Buffer.concat(pieces.splice(joined++)));
    while (!deaf && gathered >= wanted) {
      const whole = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, gathered);
      pieces = [whole];
      joined = 0;
      const words = whole.readUInt32BE(0);
      const bytes = whole.readUInt32BE(4);
      wanted = headBytes + words + bytes;
      if (words > longest || bytes > longest) refuse();
      if (deaf || gathered < wanted) return;
      const rest = whole.subarray(wanted);
      const frame = parsed(whole.subarray(headBytes, headBytes + words), whole.subarray(headBytes + words, wanted));
      pieces = rest.length > 0 ? [rest] : [];
      gathered = rest.length;
      wanted = headBytes;
      if (frame) hear(frame);
      else refuse();
    }
  }

  function refuse(): void {
    deaf = true;
    pieces = [];
    hear(undefined);
  }

  stream.on('data', (piece: Buffer) => {
    if (!deaf) take(piece);
  });
  stream.on('error', () => {});

  return {
    say(words, bytes = noBytes) {
      const text = Buffer.from(JSON.stringify(words));
      const head = Buffer.alloc(headBytes);
      head.writeUInt32BE(text.length, 0);
      head.writeUInt32BE(bytes.length, 4);
      if (stream.destroyed || !stream.writable) return Promise.resolve();
      stream.cork();
      stream.write(head);
      let isRoom = stream.write(text);
      if (bytes.length > 0) isRoom = stream.write(bytes);
      stream.uncork();
      if (isRoom) return Promise.resolve();
      room ??= roomIn(stream).then(() => {
        room = undefined;
      });
      return room;
    },
  };
}

function parsed(words: Buffer, bytes: Buffer): Frame | undefined {
  try {
    return { words: JSON.parse(words.toString('utf8')), bytes };
  } catch {
    return undefined;
  }
}
