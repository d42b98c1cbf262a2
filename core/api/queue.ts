// The queue: what waits, why, and when it is tried next.
import * as v from 'valibot';
import { RemoteAnswer } from './remote-answer.ts';
import { verb } from './verb.ts';

export const QueueRecipient = v.object({
  /** Tells the recipients of a channel apart, also where an address is there twice. */
  record: v.number(),
  address: v.string(),
  channel: v.picklist(['local', 'remote']),
  /** `ended`: delivered, or failed permanently (the bounce will report it). */
  state: v.picklist(['waiting', 'now', 'ended']),
  tries: v.number(),
  /** The last report, word for word; empty before the first try. */
  said: v.string(),
  /** Its status code (RFC 3463); null: none is known, or it was delivered. */
  status: v.nullable(v.string()),
  /** What the other host answered, where that was the reason. */
  answer: v.nullable(RemoteAnswer),
  /** Held: not tried until the owner releases it. */
  held: v.boolean(),
  /** The sender was told that it is late; not there: it was not. */
  told: v.optional(v.literal(true)),
});
export type QueueRecipient = v.InferOutput<typeof QueueRecipient>;

export const QueueRow = v.object({
  /** qmail's message number. */
  id: v.number(),
  sender: v.string(),
  recipients: v.array(QueueRecipient),
  /** More recipients than are listed in `recipients`. */
  more: v.number(),
  sizeBytes: v.number(),
  bornMs: v.number(),
  /** When the next attempt starts; null while one is running, and for a message that is held. */
  nextTryMs: v.nullable(v.number()),
  /** All recipients that still wait are held. */
  held: v.boolean(),
  /** It waits for one of these links to be up; not there: for none. */
  waitsForLinks: v.optional(v.array(v.string())),
});
export type QueueRow = v.InferOutput<typeof QueueRow>;

/** What happened in one interval. */
export const SeriesPoint = v.object({
  startMs: v.number(),
  delivered: v.number(),
  deferred: v.number(),
  failed: v.number(),
});
export type SeriesPoint = v.InferOutput<typeof SeriesPoint>;

export const QueueSummary = v.object({
  messages: v.number(),
  /** How many of them are held as a whole. */
  held: v.number(),
  bytes: v.number(),
  oldestMs: v.nullable(v.number()),
  nextTryMs: v.nullable(v.number()),
  /** What is for other hosts waits for one of these links to be up; not there: for none. */
  waitsForLinks: v.optional(v.array(v.string())),
  running: v.object({ local: v.number(), remote: v.number() }),
  limit: v.object({ local: v.number(), remote: v.number() }),
  /** Attempts that ended within the last hour. */
  lastHour: v.object({ delivered: v.number(), deferred: v.number(), failed: v.number() }),
});
export type QueueSummary = v.InferOutput<typeof QueueSummary>;

const QueueId = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Messages, and for each the recipient that is named, or all that still wait. */
export const QueueChoice = v.object({
  ids: v.pipe(v.array(QueueId), v.minLength(1), v.maxLength(10_000)),
  /** As a row shows it. Numbers are used again: a message with another time is another message, and is left alone. */
  bornMs: v.optional(v.number()),
  recipient: v.optional(
    v.object({
      /** As a row shows it. */
      address: v.string(),
      /** Default: both. */
      channel: v.optional(v.picklist(['local', 'remote'])),
    }),
  ),
});
export type QueueChoice = v.InferOutput<typeof QueueChoice>;

/** Recipients changed, and recipients left as they are because they are being tried right now. */
export const QueueChange = v.object({ changed: v.number(), busy: v.number() });
export type QueueChange = v.InferOutput<typeof QueueChange>;

const Nothing = v.object({});

export const queue = {
  list: verb(
    v.object({
      offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
    }),
    v.object({ summary: QueueSummary, rows: v.array(QueueRow) }),
  ),
  /** Tries the messages named, or all, now; answers how many were woken. */
  retry: verb(v.object({ ids: v.optional(v.array(QueueId)) }), v.object({ woken: v.number() })),
  /** No delivery starts until `resume` or the host's next start; mail is accepted. */
  pause: verb(Nothing, Nothing),
  resume: verb(Nothing, Nothing),
  /** Keeps recipients without trying them, whatever their age, until they are released. */
  hold: verb(QueueChoice, QueueChange),
  /** Releases them: they are due now. */
  release: verb(QueueChoice, QueueChange),
  /** Ends waiting recipients: they are returned to the sender in a bounce. */
  bounce: verb(QueueChoice, QueueChange),
  /** Ends waiting recipients without a bounce. Cannot be undone. */
  remove: verb(QueueChoice, QueueChange),
  /** The first 64 KB of the message as text; `cut`: there is more. */
  view: verb(v.object({ id: QueueId }), v.object({ text: v.string(), cut: v.boolean() })),
  /** Counts of ended attempts, oldest interval first, the last one still running. */
  series: verb(
    v.object({ span: v.picklist(['hour', 'day']) }),
    v.object({ stepMs: v.number(), points: v.array(SeriesPoint) }),
  ),
  changed: QueueSummary,
};
