// Netstrings: `5:hello,` is five bytes, with their length before and a comma after them. QMTP and QMQP consist of them.
import { createCountedSlice } from '../time-slice.ts';

/** The bytes as a netstring; a string is a byte string. */
export function netstring(content: string | Uint8Array): Buffer {
  const raw = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  return Buffer.concat([Buffer.from(`${raw.length}:`), raw, Buffer.from(',')]);
}

/** The input is not a netstring. */
export class BadNetstring extends Error {}
/** A netstring is longer than allowed. */
export class TooLong extends Error {}
/** The input ended early. */
export class EndOfInput extends Error {}

const COLON = 0x3a;
const COMMA = 0x2c;
const ZERO = 0x30;
const maxDigits = 16;
/** After this many netstrings of one reader others are served: a packet can contain tens of thousands. */
const lengthsInARow = 100;

/** Reads a length digit by digit. */
interface LengthReader {
  /** @returns the length at its colon. @throws BadNetstring, TooLong */
  add(byte: number): number | undefined;
}

/** @param limit a length above this gets no further digit, as in qmail: it may be ten times as large */
function createLengthReader(limit: number): LengthReader {
  let length = 0;
  let digits = 0;
  return {
    add(byte) {
      if (byte === COLON) return length;
      if (length > limit || ++digits > maxDigits) throw new TooLong('a length is too large');
      if (byte < ZERO || byte > ZERO + 9) throw new BadNetstring('a length contains something that is not a digit');
      length = length * 10 + byte - ZERO;
      return undefined;
    },
  };
}

/** Collects short netstrings, one after the other. */
export interface NetstringCollector {
  push(raw: Uint8Array): void;
  /** The next complete one as a byte string; undefined: it is not complete yet. @throws BadNetstring, TooLong */
  take(): string | undefined;
  /** Bytes that were not taken. */
  readonly waitingBytes: number;
  /** There is no input left, not even an incomplete one. */
  readonly isEmpty: boolean;
}

/** @param maxBytes longer ones are refused before they are collected */
export function createNetstringCollector(maxBytes: number): NetstringCollector {
  let buffered: Buffer = Buffer.alloc(0);

  return {
    push(raw) {
      buffered = Buffer.concat([buffered, raw]);
    },
    take() {
      const length = createLengthReader(maxBytes);
      for (let at = 0; at < buffered.length; at++) {
        const bytes = length.add(buffered[at] as number);
        if (bytes === undefined) continue;
        if (bytes > maxBytes) throw new TooLong(`a netstring of ${bytes} bytes`);
        const end = at + 1 + bytes;
        if (buffered.length <= end) return undefined;
        if (buffered[end] !== COMMA) throw new BadNetstring('no comma behind a netstring');
        const content = buffered.toString('latin1', at + 1, end);
        buffered = buffered.subarray(end + 1);
        return content;
      }
      return undefined;
    },
    get waitingBytes() {
      return buffered.length;
    },
    get isEmpty() {
      return buffered.length === 0;
    },
  };
}

/** Reads netstrings that may be long, or contain others. Its promises reject with the errors above. */
export interface NetstringReader {
  /**
   * The length of the next netstring. @throws TooLong when it would exceed ten times `limit`
   * @param end it must end before this many bytes were taken
   */
  length(limit: number, end?: number): Promise<number>;
  /** Exactly this many bytes. */
  bytes(count: number): Promise<Buffer>;
  /** The same, in the pieces in which they are received. A caller that stops early calls `skip` for the rest. */
  pieces(count: number): AsyncGenerator<Buffer>;
  /** Reads and drops. */
  skip(count: number): Promise<void>;
  comma(): Promise<void>;
  /** The bytes that were taken so far. */
  readonly taken: number;
}

/** @param source the input; an error of it counts as its end */
export function createNetstringReader(source: AsyncIterable<Uint8Array>): NetstringReader {
  const input = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);
  /** How much of `buffered` was taken. */
  let at = 0;
  let taken = 0;
  const slice = createCountedSlice(lengthsInARow);

  async function more(): Promise<void> {
    while (at === buffered.length) {
      const next = await input.next().catch(() => undefined);
      if (!next || next.done) throw new EndOfInput('the input ended');
      buffered = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
      at = 0;
    }
  }

  /** Buffered input, at most `count` bytes and at least one. */
  async function some(count: number): Promise<Buffer> {
    if (at === buffered.length) await more();
    const piece = buffered.subarray(at, at + count);
    at += piece.length;
    taken += piece.length;
    return piece;
  }

  async function byte(): Promise<number> {
    if (at === buffered.length) await more();
    taken++;
    return buffered[at++] as number;
  }

  async function* pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      const piece = await some(left);
      left -= piece.length;
      yield piece;
    }
  }

  return {
    async length(limit, end = Number.POSITIVE_INFINITY) {
      const reader = createLengthReader(limit);
      if (slice.isOver()) await slice.next();
      for (;;) {
        if (taken >= end) throw new BadNetstring('a length goes on after the end of its netstring');
        const length = reader.add(await byte());
        if (length !== undefined) return length;
      }
    },
    async bytes(count) {
      const collected: Buffer[] = [];
      for await (const piece of pieces(count)) collected.push(piece);
      return Buffer.concat(collected);
    },
    pieces,
    async skip(count) {
      for await (const _ of pieces(count));
    },
    async comma() {
      if ((await byte()) !== COMMA) throw new BadNetstring('no comma behind a netstring');
    },
    get taken() {
      return taken;
    },
  };
}
