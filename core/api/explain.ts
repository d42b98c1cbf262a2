// What would happen to mail for an address: each step with the file and line that decide, and how it would end. Nothing
// is run, sent or changed. Also what did happen to a message, according to the log.
import * as v from 'valibot';
import { RemoteAnswer } from './remote-answer.ts';
import { verb } from './verb.ts';

const Step = v.object({
  /**
   * What is looked at: the address itself, the tables of domains, users, home directories, .qmail files, the sender of
   * forwards, one instruction, routes, the DNS.
   */
  stage: v.picklist(['address', 'domain', 'user', 'home', 'file', 'sender', 'line', 'route', 'dns']),
  /** The path of the file that decides; null: none does. */
  file: v.nullable(v.string()),
  line: v.nullable(v.number()),
  /** What it says, as a sentence for people. */
  says: v.string(),
});
export type ExplainStep = v.InferOutput<typeof Step>;

const Delivery = v.object({
  kind: v.picklist(['maildir', 'mbox', 'program', 'forward']),
  /** The path, the command or the address. */
  to: v.string(),
});
export type ExplainedDelivery = v.InferOutput<typeof Delivery>;

const Verdict = v.object({
  /**
   * `done`: delivered here, if the programs succeed; `link`: waits here for a link; `remote`: sent to another host; `later`: waits
   * in the queue; `never`: is returned to its sender; `unknown`: only the user whose mail it is, and root, can see it.
   */
  outcome: v.picklist(['done', 'link', 'remote', 'later', 'never', 'unknown']),
  /** What the delivery would report: `did 1+0+0`, or why it cannot be. */
  text: v.string(),
  /** What would be done here, in order; forwards go last. With `later` and `never`: what would be done before. */
  deliveries: v.array(Delivery),
  /** The envelope sender of forwards; null: there are none. */
  newSender: v.nullable(v.string()),
  /** IP addresses that would be tried, where the DNS was asked. */
  hosts: v.array(v.string()),
});
export type ExplainVerdict = v.InferOutput<typeof Verdict>;

/** What one part of the host knows of an address: the steps, and how it ends. */
export interface Explained {
  readonly steps: readonly ExplainStep[];
  readonly verdict: ExplainVerdict;
}

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
  /** It was a bounce of a bounce, and was discarded. */
  v.object({ kind: v.literal('triple bounce'), atMs: Millis }),
]);
export type TracedEvent = v.InferOutput<typeof TracedEvent>;

/** Another message: numbers are used again, so the time is part of its name. */
const TracedLink = v.object({ id: v.number(), bornMs: Millis, qp: v.nullable(v.number()) });
export type TracedLink = v.InferOutput<typeof TracedLink>;

const Related = v.object({ ...TracedLink.entries, how: v.picklist(['forward', 'bounce']) });

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
    kind: v.picklist(['network', 'injected', 'forward', 'bounce', 'unknown']),
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

export const explain = {
  /** What happened to messages, according to the log. Oldest first; of more than `limit` the newest. */
  trace: verb(
    v.object({
      /** A message number, an envelope address, or a Message-ID. */
      query: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(1000)),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 20),
    }),
    v.object({ messages: v.array(TracedMessage), more: v.number() }),
  ),
  address: verb(
    v.object({
      address: v.pipe(v.string(), v.maxLength(1000)),
      /** The envelope sender; a list's owner matters only where there is one. */
      sender: v.optional(v.pipe(v.string(), v.maxLength(1000)), ''),
      /** The name servers are asked too, which may take some seconds. */
      dns: v.optional(v.boolean(), false),
    }),
    v.object({
      /** The address as it would be delivered, rewritten. */
      address: v.string(),
      channel: v.picklist(['local', 'remote']),
      steps: v.array(Step),
      verdict: Verdict,
    }),
  ),
};
