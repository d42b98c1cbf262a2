// Parses strangers' mail for the reader and the composer, in two processes that are started when there is work (work.ts is
// their end). One makes summaries of what arrives, the other works on what a person waits for, so that neither waits for the
// other. Their answers are checked: a message may have taken over the process.
import * as v from 'valibot';
import { Draft } from '../../api/compose.ts';
import { Attachment, Invitation, Person } from '../../api/mail.ts';
import type { DraftParser } from '../../inject/compose/draft-parser.ts';
import { type Frame, noBytes } from '../../lib/process/frames.ts';
import { maxParsedBytes, ParseFailure } from '../../lib/process/parse-failure.ts';
import type { StartProcess } from '../../lib/process/start-process.ts';
import { createWarmProcess, type WarmProcess } from '../../lib/process/warm-process.ts';
import type { TakeApart } from '../../mailbox/reading/take-apart.ts';
import type { JobWords } from './work.ts';

export interface Parsers {
  readonly takeApart: TakeApart;
  readonly draftParser: DraftParser;
  /** Starts the process that makes summaries, so that new mail is shown at once. */
  warm(): void;
  close(): Promise<void>;
}

interface Deadlines {
  /** The limit for a batch of summaries. */
  readonly summariesMs: number;
  readonly summaryMs: number;
  /** The limit for a whole message, and for each of its megabytes. */
  readonly wholeMs: number;
  readonly wholeMsPerMb: number;
}

const idleMs = 10 * 60_000;
/** About a hundred times what it should take on a slow machine. */
const usualDeadlines: Deadlines = { summariesMs: 5000, summaryMs: 2500, wholeMs: 10_000, wholeMsPerMb: 2000 };

const Line = v.pipe(v.string(), v.maxLength(10_000));
const ShortPerson = v.object({ name: Line, address: Line });
const Summaries = v.array(
  v.object({
    from: ShortPerson,
    to: v.pipe(v.array(ShortPerson), v.maxLength(20)),
    subject: Line,
    preview: Line,
    dateMs: v.pipe(v.number(), v.finite()),
    sizeBytes: v.pipe(v.number(), v.finite()),
    attachments: v.boolean(),
    others: v.optional(v.pipe(v.string(), v.maxLength(40_000))),
  }),
);
const Content = v.object({
  from: Person,
  to: v.array(Person),
  subject: v.string(),
  attachments: v.boolean(),
  cc: v.array(Person),
  replyTo: v.array(Person),
  messageId: v.string(),
  text: v.string(),
  html: v.nullable(v.string()),
  files: v.array(Attachment),
  invitation: v.nullable(Invitation),
  faults: v.pipe(v.array(Line), v.maxLength(100)),
});
const TakenFile = v.nullable(v.object({ name: v.pipe(Line, v.regex(/^[^/\\\0]+$/)), type: Line }));
const Thread = v.object({ inReplyTo: v.optional(Line), references: v.pipe(v.array(Line), v.maxLength(100)) });

export interface ParsersDeps {
  readonly start: StartProcess;
  readonly deadlines?: Partial<Deadlines>;
}

/** No process is started before there is work or `warm` is called. */
export function createParsers({ start, deadlines }: ParsersDeps): Parsers {
  const { summariesMs, summaryMs, wholeMs, wholeMsPerMb } = { ...usualDeadlines, ...deadlines };
  const rows = createWarmProcess({ start, idleMs });
  const whole = createWarmProcess({ start, idleMs });

  async function ask<Name extends keyof JobWords>(
    process: WarmProcess,
    name: Name,
    words: JobWords[Name],
    raw: Uint8Array,
    deadlineMs = wholeMs + (raw.length / (1024 * 1024)) * wholeMsPerMb,
  ): Promise<Frame> {
    if (raw.length <= maxParsedBytes) return process.ask({ name, words, bytes: raw, deadlineMs });
    throw new ParseFailure('message', `it has ${Math.round(raw.length / (1024 * 1024))} MB`);
  }

  const takeApart: TakeApart = {
    async summaries(starts) {
      const files = starts.map(({ raw, sizeBytes, timeMs }) => ({ length: raw.length, sizeBytes, timeMs }));
      const raw = Buffer.concat(starts.map(each => each.raw));
      const { words } = await ask(rows, 'summaries', { files }, raw, starts.length > 1 ? summariesMs : summaryMs);
      const summaries = checked(Summaries, words);
      if (summaries.length !== starts.length) throw new ParseFailure('message', noSense);
      return summaries;
    },
    content: async (raw, sizeBytes) => checked(Content, (await ask(whole, 'content', { sizeBytes }, raw)).words),
    async attachment(raw, sizeBytes, part) {
      const { words, bytes } = await ask(whole, 'attachment', { sizeBytes, part }, raw);
      const found = checked(TakenFile, words);
      return found ? { ...found, bytes } : undefined;
    },
  };
  const draftParser: DraftParser = {
    begin: async (beginning, raw) => checked(Draft, (await ask(whole, 'begin', beginning, raw)).words),
    open: async (id, own, raw) => checked(Draft, (await ask(whole, 'open', { id, own }, raw)).words),
    async mailto(url, signature) {
      const { words } = await ask(whole, 'mailto', { url, signature }, noBytes);
      return checked(v.nullable(Draft), words) ?? undefined;
    },
    async thread(which, raw) {
      const { inReplyTo, references } = checked(Thread, (await ask(whole, 'thread', { which }, raw)).words);
      return { inReplyTo, references };
    },
  };
  return {
    takeApart,
    draftParser,
    warm: rows.warm,
    async close() {
      await Promise.all([rows.close(), whole.close()]);
    },
  };
}

const noSense = 'the program that parses messages gave an answer that is not valid';

function checked<Schema extends v.GenericSchema>(schema: Schema, words: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, words);
  if (parsed.success) return parsed.output;
  throw new ParseFailure('message', noSense);
}
