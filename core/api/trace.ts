// What did happen to messages, according to the log.
import * as v from 'valibot';
import { RemoteAnswer } from './remote-answer.ts';
import { SessionTls } from './session-tls.ts';
import { verb } from './verb.ts';

const Channel = v.picklist(['local', 'remote']);
const Millis = v.number();

const Attempted = v.object({
  kind: v.literal('attempt'),
  atMs: Millis,
  /** The log's number of this attempt. */
  delivery: v.number(),
  channel: Channel,
  recipient: v.string(),
  /** Null, as `result` is: it is running, or the host was stopped in the meantime. */
  endMs: v.nullable(Millis),
  result: v.nullable(v.picklist(['success', 'deferral', 'failure'])),
  /** The report, as far as the log has its words. */
  said: v.string(),
  /** Its status code (RFC 3463) and the other host's reply; null: not in the log, or there was none. */
  status: v.nullable(v.string()),
  answer: v.nullable(RemoteAnswer),
  /** Null: it went in the clear, or not over the network. */
  tls: v.nullable(SessionTls),
  /** After a deferral: when the next attempt was made, or is due. */
  nextTryMs: v.nullable(Millis),
});

const TracedEvent = v.variant('kind', [
  Attempted,
  /** What the owner of the host decided about a recipient. */
  v.object({
    kind: v.picklist(['held', 'released', 'returned', 'deleted']),
    atMs: Millis,
    channel: Channel,
    recipient: v.string(),
  }),
  /** An attempt to send it over the link in whose Maildir it waited, or what a person decided there. */
  v.object({
    kind: v.literal('link'),
    atMs: Millis,
    link: v.string(),
    recipient: v.string(),
    result: v.picklist(['sent', 'deferral', 'returned', 'dropped']),
    said: v.string(),
  }),
  /** A bounce returned to the sender what could not be delivered. */
  v.object({ kind: v.literal('bounce'), atMs: Millis, qp: v.number() }),
  /** The sender was told that it is late. */
  v.object({ kind: v.literal('delay'), atMs: Millis, qp: v.number() }),
  /** The sender was told, as it had asked for, that it has arrived. */
  v.object({ kind: v.literal('success'), atMs: Millis, qp: v.number() }),
  /** It was a bounce of a bounce, and was discarded. */
  v.object({ kind: v.literal('triple bounce'), atMs: Millis }),
]);
export type TracedEvent = v.InferOutput<typeof TracedEvent>;

/** Another message: numbers are used again, so the time is part of its name. */
const TracedLink = v.object({ id: v.number(), bornMs: Millis, qp: v.nullable(v.number()) });
export type TracedLink = v.InferOutput<typeof TracedLink>;

const Related = v.object({ ...TracedLink.entries, how: v.picklist(['forward', 'bounce', 'delay', 'success']) });
export type Relation = v.InferOutput<typeof Related>['how'];

const TracedMessage = v.object({
  /** qmail's message number. */
  id: v.number(),
  /** The log has its arrival; otherwise its first lines were in files that were removed. */
  whole: v.boolean(),
  /** Its first line in the log. */
  bornMs: Millis,
  /** Null: it is still in the queue. */
  endMs: v.nullable(Millis),
  /** Null, as what follows may be: not in the log. */
  sender: v.nullable(v.string()),
  sizeBytes: v.nullable(v.number()),
  qp: v.nullable(v.number()),
  uid: v.nullable(v.number()),
  /** With its brackets. */
  messageId: v.nullable(v.string()),
  /** How it came: by a server's session, by a program, from a local delivery, as a bounce. */
  arrival: v.object({
    kind: v.picklist(['network', 'injected', 'forward', 'bounce', 'delay', 'success', 'unknown']),
    /** The client's address. */
    from: v.nullable(v.string()),
    /** The server and the number of its session, as in the log: `smtpd 17`. */
    session: v.nullable(v.string()),
    /** The message that it was forwarded from, or returns. */
    parent: v.nullable(Related),
  }),
  /** Oldest first. */
  events: v.array(TracedEvent),
  /** More events than are listed. */
  more: v.number(),
  /** The links that it waits for; for these recipients it is not in the queue any more. */
  waits: v.array(v.object({ link: v.string(), recipient: v.string() })),
  /** Messages that were made from it. */
  children: v.array(Related),
});
export type TracedMessage = v.InferOutput<typeof TracedMessage>;

/** What happened to a message in the queue, and what links did with it after it had left the queue. */
export function splitAtEnd({ events, endMs }: TracedMessage): [readonly TracedEvent[], readonly TracedEvent[]] {
  const isAfterwards = ({ kind, atMs }: TracedEvent): boolean => kind === 'link' && endMs !== null && atMs >= endMs;
  return [events.filter(event => !isAfterwards(event)), events.filter(isAfterwards)];
}

/** What happened to messages, according to the log. Oldest first; of more than `limit` the newest. */
export const trace = verb(
  v.object({
    /** A message number, an envelope address, or a Message-ID. */
    query: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(1000)),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 20),
  }),
  v.object({ messages: v.array(TracedMessage), more: v.number() }),
);
