// Messages between two of our own processes over a stream: each frame is a JSON value and bytes. Node's own channel between
// processes would buffer a message without end, and sends bytes as text.
import type { Duplex } from 'node:stream';
import { roomIn } from '../write.ts';

/** One message. */
export interface Frame {
  readonly words: unknown;
  readonly bytes: Uint8Array;
}

/** One end. */
export interface Frames {
  /** Resolves when there is room for more. The other process may be gone. */
  say(words: unknown, bytes?: Uint8Array): Promise<void>;
}

export const noBytes = new Uint8Array(0);

// Two numbers of four bytes: the lengths of the words and of the bytes.
const headBytes = 8;
/** Twice a message with its files. */
const longestBytes = 256 * 1024 * 1024;
/** This many pieces are joined: each needs more memory than the few bytes that it may have. */
const mostPieces = 1000;

/**
 * @param hear gets each frame; undefined: the other end sent something else, and nothing more will be read. What it throws is a
 * bug
 * @param longest the limit of the words, and of the bytes: a longer frame is an error
 */
export function framesOver(stream: Duplex, hear: (frame: Frame | undefined) => void, longest = longestBytes): Frames {
  let pieces: Buffer[] = [];
  /** How many of the first pieces are joined ones. */
  let joined = 0;
  let gathered = 0;
  let wanted = headBytes;
  let deaf = false;
  /** All that wait for room wait for the same promise. */
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
