// Netstrings: `5:hello,` is five bytes with their length before them and a comma behind. QMTP and QMQP are made of them.
import { createCountedSlice } from '../time-slice.ts';

/** The bytes as a netstring; a string is a byte string. */
export function netstring(content: string | Uint8Array): Buffer {
  const raw = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  return Buffer.concat([Buffer.from(`${raw.length}:`), raw, Buffer.from(',')]);
}

/** What came cannot be a netstring. */
export class BadNetstring extends Error {}
/** It is longer than anybody wants it. */
export class TooLong extends Error {}
/** The input ended in the middle. */
export class EndOfInput extends Error {}

const COLON = 0x3a;
const COMMA = 0x2c;
const ZERO = 0x30;
const maxDigits = 16;
/** After so many netstrings of one reader others have their turn: a packet can hold tens of thousands. */
const lengthsInARow = 100;

/** Reads a length digit by digit. */
interface LengthReader {
  /** @returns the length when its colon came. @throws BadNetstring, TooLong */
  add(byte: number): number | undefined;
}

/** @param limit a length above this is not even read to its end, as in qmail: what came out may be ten times as much */
function createLengthReader(limit: number): LengthReader {
  let length = 0;
  let digits = 0;
  return {
    add(byte) {
      if (byte === COLON) return length;
      if (length > limit || ++digits > maxDigits) throw new TooLong('a length is too large');
      if (byte < ZERO || byte > ZERO + 9) throw new BadNetstring('a length holds something that is no digit');
      length = length * 10 + byte - ZERO;
      return undefined;
    },
  };
}

/** Collects short netstrings that come one after the other. */
export interface NetstringCollector {
  push(raw: Uint8Array): void;
  /** The next whole one as a byte string; undefined: not all of it is here. @throws BadNetstring, TooLong */
  take(): string | undefined;
  /** Bytes that were not taken. */
  readonly waitingBytes: number;
  /** Nothing is here, not even the beginning of one. */
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

/** Takes a stream apart whose netstrings may be long, or hold others. Its promises reject with the errors above. */
export interface NetstringReader {
  /**
   * The length before the next content. @throws TooLong when it is about to exceed ten times `limit`
   * @param end its digits end before this many bytes were taken, or it is none
   */
  length(limit: number, end?: number): Promise<number>;
  /** Exactly that many bytes. */
  bytes(count: number): Promise<Buffer>;
  /** The same in the pieces in which they come. Whoever stops early calls `skip` for the rest. */
  pieces(count: number): AsyncGenerator<Buffer>;
  /** Reads and forgets. */
  skip(count: number): Promise<void>;
  comma(): Promise<void>;
  /** How many bytes were taken so far. */
  readonly taken: number;
}

/** @param source bytes as they come; an error of it is the end of the input */
export function createNetstringReader(source: AsyncIterable<Uint8Array>): NetstringReader {
  const input = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);
  /** What was taken of `buffered`. */
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

  /** What is here, at most `count` bytes of it and at least one. */
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
        if (taken >= end) throw new BadNetstring('a length goes on behind the end of what it belongs to');
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
