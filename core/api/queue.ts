// The queue: what waits, why, and when it is tried next.
import * as v from 'valibot';
import { verb } from './verb.ts';

export const QueueRecipient = v.object({
  address: v.string(),
  channel: v.picklist(['local', 'remote']),
  /** `ended`: delivered, or failed for good (then it is in the bounce to come). */
  state: v.picklist(['waiting', 'now', 'ended']),
  tries: v.number(),
  /** The last report, word for word; empty before the first try. */
  said: v.string(),
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
  /** When the next attempt starts; null while one is running or the message is not preprocessed yet. */
  nextTryMs: v.nullable(v.number()),
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
  bytes: v.number(),
  oldestMs: v.nullable(v.number()),
  nextTryMs: v.nullable(v.number()),
  running: v.object({ local: v.number(), remote: v.number() }),
  limit: v.object({ local: v.number(), remote: v.number() }),
  /** Attempts that ended within the last hour. */
  lastHour: v.object({ delivered: v.number(), deferred: v.number(), failed: v.number() }),
});
export type QueueSummary = v.InferOutput<typeof QueueSummary>;

const QueueId = v.pipe(v.number(), v.integer(), v.minValue(1));

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
  /** Counts of ended attempts, oldest interval first, the last one still running. */
  series: verb(
    v.object({ span: v.picklist(['hour', 'day']) }),
    v.object({ stepMs: v.number(), points: v.array(SeriesPoint) }),
  ),
  changed: QueueSummary,
};
