// Splits a message that arrives in pieces into header fields and body, with qmail-inject's definition of a field.

import { UserError } from '../../lib/user-error.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';

/** One header field, unchanged. */
export interface RawField {
  /** In lower case, without the colon. */
  readonly name: string;
  /** The whole field with its continuation lines; always ends with LF. */
  readonly raw: Buffer;
}

/** A message whose header has been read. */
export interface SplitMessage {
  readonly fields: readonly RawField[];
  /** Whether anything follows the header: an empty line, or a line that is not a field and therefore begins the body. */
  readonly hasBody: boolean;
  /** The bytes after the empty line. They can be read once, while the source is open. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Larger headers are refused, because the header is held in memory. */
const maxHeaderBytes = 8 * 1024 * 1024;

/** The limit for parsing other people's messages inside the host, which does nothing else meanwhile. */
export const smallHeaderBytes = 256 * 1024;

const LF = 10;
const space = 32;
const tab = 9;
/** The text before the colon. The expression takes linear time. */
const fieldName = /^([!-9;-~]+)[ \t]*$/;

/**
 * Reads the header. The first line that is not a field begins the body; a missing LF at the end of the header is added.
 * @param mbox whether a line that begins with `From ` becomes a field `MBOX-Line`
 * @throws UserError (exit code 100) if the header is larger than `maxBytes`
 */
export async function splitMessage(
  source: MessageSource,
  mbox: 'mbox lines' | 'no mbox lines' = 'mbox lines',
  maxBytes = maxHeaderBytes,
): Promise<SplitMessage> {
  const lines = new LineReader(source);
  const fields: { name: string; lines: Buffer[] }[] = [];
  let sizeBytes = 0;
  for (;;) {
    const line = await lines.next(maxBytes - sizeBytes, maxBytes);
    if (line === undefined) return { fields: fields.map(joined), hasBody: false, body: lines.rest() };
    if (line[0] === LF) return { fields: fields.map(joined), hasBody: true, body: lines.rest() };
    sizeBytes += line.length;
    const last = fields.at(-1);
    const name = nameOf(line);
    if (last && (line[0] === space || line[0] === tab)) last.lines.push(line);
    else if (mbox === 'mbox lines' && isMboxLine(line)) {
      fields.push({ name: 'mbox-line', lines: [Buffer.from('MBOX-Line: '), line] });
    } else if (name) fields.push({ name, lines: [line] });
    else return { fields: fields.map(joined), hasBody: true, body: lines.rest(line) };
  }
}

function joined(field: { name: string; lines: Buffer[] }): RawField {
  const raw = Buffer.concat(field.lines);
  return { name: field.name, raw: raw.at(-1) === LF ? raw : Buffer.concat([raw, Buffer.of(LF)]) };
}

function isMboxLine(line: Buffer): boolean {
  return line.subarray(0, 5).equals(Buffer.from('From '));
}

function nameOf(line: Buffer): string | undefined {
  const colon = line.indexOf(':');
  return fieldName.exec(line.toString('latin1', 0, Math.max(colon, 0)))?.[1]?.toLowerCase();
}

/** The value of a field as a byte string: everything after the colon, including continuation lines. */
export function fieldValue(field: RawField): string {
  return field.raw.toString('latin1', field.raw.indexOf(':') + 1);
}

class LineReader {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: MessageSource) {
    this.#pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** The next line with its LF (the last one may lack it); undefined at the end. */
  async next(maxBytes: number, limitBytes: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    for (;;) {
      const end = this.#held.indexOf(LF) + 1;
      const part = end > 0 ? this.#held.subarray(0, end) : this.#held;
      this.#held = this.#held.subarray(part.length);
      sizeBytes += part.length;
      if (part.length > 0) parts.push(part);
      if (sizeBytes > maxBytes) throw headerTooLarge(limitBytes);
      if (end > 0 || !(await this.#refill())) return parts.length > 0 ? Buffer.concat(parts) : undefined;
    }
  }

  async #refill(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    if (done) return false;
    this.#held = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return true;
  }

  /** `first`, then everything that has not been read yet. */
  async *rest(first?: Buffer): AsyncGenerator<Uint8Array> {
    if (first) yield first;
    do {
      if (this.#held.length > 0) yield this.#held;
    } while (await this.#refill());
  }
}

function headerTooLarge(limitBytes: number): UserError {
  return new UserError(`the message header is larger than ${limitBytes} bytes`, { exitCode: 100 });
}
