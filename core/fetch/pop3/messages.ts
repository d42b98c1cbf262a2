// What a POP3 server says of its messages (RFC 1939): how many there are, and the header of one; within limits of their size.
import { FetchFailure } from '../failure.ts';
import { type Opened, openMessage } from '../message/head.ts';
import type { Dialogue } from './dialogue.ts';

const largestHeaderBytes = 1024 * 1024;

/** @throws FetchFailure */
export async function countMessages({ command }: Pick<Dialogue, 'command'>): Promise<number> {
  const [count = Number.NaN] = numbersIn(await command('STAT'));
  if (Number.isSafeInteger(count)) return count;
  throw new FetchFailure('unable', 'the server does not say how many messages there are');
}

/** The header, by TOP (section 7). @returns undefined: the server does not have it @throws FetchFailure */
export async function headOf(number: number, { attempt, wire }: Dialogue): Promise<Opened | undefined> {
  if ((await attempt(`TOP ${number} 0`)) === undefined) return undefined;
  const opened = await openMessage(
    atMost(wire.body(), largestHeaderBytes, 'the server sends a header that does not end'),
  );
  for await (const _ of opened.whole); // The next reply comes after it.
  return opened;
}

/** The whole message. Servers count sizes in different ways, but it is not twice as large as its size. */
export function bodyOf({ wire }: Dialogue, sizeBytes: number): AsyncGenerator<Uint8Array> {
  return atMost(wire.body(), 2 * sizeBytes + largestHeaderBytes, 'the server sends more than the message has');
}

/** Of a line with numbers and nothing else before its third word. */
export function numbersIn(line: string): number[] {
  const words = line.trim().split(/\s+/, 2);
  return words.every(word => /^\d{1,15}$/.test(word)) ? words.map(Number) : [];
}

async function* atMost(pieces: AsyncIterable<Uint8Array>, bytes: number, tooMuch: string): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const piece of pieces) {
    left -= piece.length;
    if (left < 0) throw new FetchFailure('unable', tooMuch);
    yield piece;
  }
}
