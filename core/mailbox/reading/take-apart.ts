// What the reader asks of the code that parses messages: a process that may fail over a message (core/host/processes/parser.ts), with the
// functions below. It gets bytes and gives values.
import { parseMime } from './parts.ts';
import { type Content, readContent } from './read.ts';
import { type Summary, summarise } from './summary.ts';

/** The first bytes of a message's file, and what the file is like. */
export interface FileStart {
  readonly raw: Buffer;
  readonly sizeBytes: number;
  readonly timeMs: number;
}

/** One file of a message, decoded. */
export interface TakenFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** All throw ParseFailure (core/lib/process/parse-failure.ts). */
export interface TakeApart {
  /** A summary for each. */
  summaries(starts: readonly FileStart[]): Promise<readonly Summary[]>;
  /** @param raw the whole message, or the beginning of one that is too large @param sizeBytes its real size */
  content(raw: Buffer, sizeBytes: number): Promise<Content>;
  /** Of the same. @returns undefined when the message has no such part */
  attachment(raw: Buffer, sizeBytes: number, part: number): Promise<TakenFile | undefined>;
}

/** In this process. */
export const takeApartHere: TakeApart = {
  summaries: async starts => starts.map(({ raw, ...file }) => summarise(raw, file)),
  content: async (raw, sizeBytes) => readContent(raw, sizeBytes),
  attachment: async (raw, sizeBytes, part) => parseMime(raw, sizeBytes).parts[part],
};
