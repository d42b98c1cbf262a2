// The connection of one POP3 client: reads lines, and writes replies no faster than the client takes them.
import type { Writable } from 'node:stream';
import { createCountedSlice } from '../lib/time-slice.ts';
import { write } from '../lib/write.ts';

/** A line without its CR LF, or a stream of bytes. */
export type Answer = string | AsyncIterable<Uint8Array>;

/** A client's connection. What `line` has taken is not in `rest`. */
export interface PopConnection {
  /** The next line, a byte string without its line end; null: it was too long; undefined: the input has ended. */
  line(): Promise<string | null | undefined>;
  /** All input that has not been taken yet, for another program that serves the client. */
  rest(): AsyncGenerator<Buffer>;
  /** Stops reading; input that was read but not taken is dropped. */
  release(): Promise<void>;
  /** Resolves when the output has room again, or is gone. */
  send(answer: Answer): Promise<void>;
}

const maxLineBytes = 4096;

/** After this many lines of one client others are served: a packet can contain tens of thousands. */
const linesInARow = 100;

/** @param output the caller handles its errors; what is written to a destroyed one is dropped */
export function createPopConnection(input: AsyncIterable<unknown>, output: Writable): PopConnection {
  const pieces = input[Symbol.asyncIterator]();
  let unread: Buffer = Buffer.alloc(0);
  const slice = createCountedSlice(linesInARow);

  async function nextPiece(): Promise<Buffer | undefined> {
    const { value, done } = await pieces.next();
    return done ? undefined : (value as Buffer);
  }

  return {
    async line() {
      let held = '';
      let tooLong = false;
      if (slice.isOver()) await slice.next();
      for (;;) {
        const end = unread.indexOf(10);
        const to = end < 0 ? unread.length : end;
        if (held.length + to > maxLineBytes) tooLong = true;
        else held += unread.toString('latin1', 0, to);
        unread = unread.subarray(end < 0 ? to : end + 1);
        if (end >= 0) return tooLong ? null : held.replace(/\r$/, '');
        const piece = await nextPiece();
        if (!piece) return undefined;
        unread = piece;
      }
    },
    async *rest() {
      if (unread.length > 0) yield unread;
      unread = Buffer.alloc(0);
      for (let piece = await nextPiece(); piece; piece = await nextPiece()) yield piece;
    },
    async release() {
      unread = Buffer.alloc(0);
      await pieces.return?.();
    },
    async send(answer) {
      if (typeof answer === 'string') return write(output, Buffer.from(`${answer}\r\n`, 'latin1'));
      for await (const piece of answer) {
        if (output.destroyed) return;
        await write(output, piece);
      }
    },
  };
}
