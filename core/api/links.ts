// Links: ways to other hosts that come and go; what waits for them, what they did, and what they cost.
import * as v from 'valibot';
import { linkName, longestLinkFile } from './link-grammar.ts';
import { verb } from './verb.ts';
import { StoredFile, TypedName, WordHelp, WordProblem } from './word-files.ts';

const LinkName = v.pipe(v.string(), v.regex(linkName));
const Named = v.object({ name: LinkName });

/** What waits for a link, as numbers. */
const LinkLoad = v.object({
  messages: v.number(),
  bytes: v.number(),
  /** At the rate that was measured at the last contacts; null: none was. */
  seconds: v.nullable(v.number()),
  /** In the link's currency; null: it costs nothing, or the rate is not known. */
  cost: v.nullable(v.number()),
});

/** A contact while it runs. */
export const LinkProgress = v.object({
  startMs: v.number(),
  /** The step that runs, as the link's file has it: `send`, `turn 10.0.10.1:1789`, … */
  step: v.string(),
  sent: v.number(),
  refused: v.number(),
  /** Messages of the send step that are still to go. */
  left: v.number(),
  /** The message that is on its way; null: none is. */
  current: v.nullable(v.object({ subject: v.string(), bytes: v.number(), sentBytes: v.number() })),
  bytesOut: v.number(),
  bytesIn: v.number(),
  /** Bytes a second over the last seconds, both directions. */
  rate: v.number(),
  /** Of the last command that was answered alone; null: none was. */
  roundTripMs: v.nullable(v.number()),
  /** Bytes a second, oldest first, a point each `stepMs`, for a chart. */
  chart: v.object({ stepMs: v.number(), out: v.array(v.number()), in: v.array(v.number()) }),
});
export type LinkProgress = v.InferOutput<typeof LinkProgress>;

/** How a contact ended. `given-up`: a limit of the link was reached; `stopped`: a person ended it, or the link went down. */
const ContactEnd = v.picklist(['done', 'failed', 'given-up', 'stopped']);

/** A contact that has ended. */
export const LinkContact = v.object({
  /** When it started; it names the contact. */
  startMs: v.number(),
  endMs: v.number(),
  /** What made it start. */
  cause: v.picklist(['up', 'window', 'person', 'client', 'etrn']),
  end: ContactEnd,
  /** Why, when it is not `done`: one line. */
  why: v.string(),
  sent: v.number(),
  refused: v.number(),
  bounced: v.number(),
  bytesOut: v.number(),
  bytesIn: v.number(),
  roundTripMs: v.nullable(v.number()),
  cost: v.nullable(v.number()),
});
export type LinkContact = v.InferOutput<typeof LinkContact>;

export const LinkStatus = v.object({
  name: v.string(),
  /** `unknown`: nothing has been looked at yet. */
  state: v.picklist(['up', 'down', 'unknown']),
  /** How that is known: one line, e.g. `interface ppp0 is up`, `said by waypost link up`. */
  because: v.string(),
  sinceMs: v.nullable(v.number()),
  /** "Stay offline": nothing uses it until a person takes that back. */
  offline: v.boolean(),
  window: v.object({
    open: v.boolean(),
    /** When it opens or closes; null: it always stays as it is. */
    changesMs: v.nullable(v.number()),
  }),
  /** Today's limit of minutes or bytes is reached. */
  spentToday: v.boolean(),
  today: v.object({ minutes: v.number(), bytes: v.number(), cost: v.nullable(v.number()) }),
  currency: v.string(),
  lastContact: v.nullable(LinkContact),
  waiting: LinkLoad,
  /** Messages that wait for a person: they are held, or larger than the link's ceiling. */
  keptBack: v.number(),
  largestBytes: v.nullable(v.number()),
  carries: v.array(v.string()),
  /** It sends to the address from which a `turn-for` client comes, when that makes contact. */
  toClient: v.optional(v.boolean()),
  /** The ordinary queue waits for it. */
  holdsQueue: v.boolean(),
  progress: v.nullable(LinkProgress),
  /** What is wrong with its file: with a problem it takes mail and sends none. */
  problems: v.array(WordProblem),
});
export type LinkStatus = v.InferOutput<typeof LinkStatus>;

/** A message that waits for a link. */
export const LinkMessage = v.object({
  /** The name of its file in serial/NAME/Maildir. */
  id: v.string(),
  sender: v.string(),
  recipient: v.string(),
  subject: v.string(),
  bytes: v.number(),
  atMs: v.number(),
  /** `first`: a person put it before the others; `now`: it goes although it is larger than the ceiling or the window is shut. */
  order: v.picklist(['usual', 'first', 'now', 'held']),
  tooLarge: v.boolean(),
  /** Precedence: bulk, list or junk: it goes last. */
  bulk: v.boolean(),
});
export type LinkMessage = v.InferOutput<typeof LinkMessage>;

/** What a message that is being written would meet on a link that some of its recipients go over. */
const LinkForecast = v.object({
  name: v.string(),
  recipients: v.array(v.string()),
  /** It is larger than the link's ceiling: it waits until a person sends it. */
  tooLarge: v.boolean(),
  largestBytes: v.nullable(v.number()),
  /** At the measured rate, for this message alone; null: none was measured. */
  seconds: v.nullable(v.number()),
  /** Null: it costs nothing, or is not known. */
  cost: v.nullable(v.number()),
  currency: v.string(),
});
export type LinkForecast = v.InferOutput<typeof LinkForecast>;

const AddressList = v.pipe(v.string(), v.maxLength(100_000));

const MessageChoice = v.object({
  name: LinkName,
  ids: v.pipe(v.array(v.pipe(v.string(), v.maxLength(300))), v.minLength(1), v.maxLength(10_000)),
});
const Changed = v.object({ changed: v.number() });
const Nothing = v.object({});
const FileText = v.pipe(v.string(), v.maxLength(longestLinkFile));

/** A link can be said to be up for a year. */
export const longestUpSec = 366 * 86_400;
const UpSeconds = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(longestUpSec, `a link can be up for at most ${longestUpSec} seconds (a year); without them, it stays up`),
);

export const links = {
  list: verb(Nothing, v.object({ links: v.array(LinkStatus) })),
  /** A person or a hook says that the link is up; `seconds`: it is down again after these. Repeating it does no harm. */
  up: verb(v.object({ name: LinkName, seconds: v.optional(UpSeconds) }), Nothing),
  down: verb(Named, Nothing),
  /** A contact now, whatever the windows say; it is tried even when the link is thought to be down. */
  exchange: verb(Named, v.object({ started: v.boolean() })),
  /** Ends the contact that runs; what is not confirmed waits. */
  stop: verb(Named, v.object({ stopped: v.boolean() })),
  offline: verb(v.object({ name: LinkName, offline: v.boolean() }), Nothing),
  /** What waits, in the order in which it will go. */
  waiting: verb(
    v.object({
      name: LinkName,
      offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
    }),
    v.object({ total: v.number(), rows: v.array(LinkMessage) }),
  ),
  /** Puts messages before all others, holds them, sends them even if they are too large, or none of these. */
  order: verb(v.object({ ...MessageChoice.entries, order: v.picklist(['usual', 'first', 'now', 'held']) }), Changed),
  /** Removes waiting messages without a word to their senders. Cannot be undone. */
  drop: verb(MessageChoice, Changed),
  /** Sends waiting messages back to their senders. */
  bounce: verb(MessageChoice, Changed),
  /** The last contacts, newest first. */
  history: verb(Named, v.object({ contacts: v.array(LinkContact) })),
  /** What both sides said at a contact, passwords left out; null: it is no longer kept. */
  transcript: verb(v.object({ name: LinkName, startMs: v.number() }), v.object({ text: v.nullable(v.string()) })),
  /** Its file. */
  file: verb(Named, StoredFile),
  /** What a text would mean, without saving it. */
  check: verb(v.object({ name: TypedName, text: FileText }), v.object({ problems: v.array(WordProblem) })),
  /** All words of a link's file. */
  words: verb(Nothing, v.object({ words: v.array(WordHelp) })),
  /** The links that a draft's recipients go over, for a message of so many bytes. Lists as a person types them. */
  forecast: verb(
    v.object({ to: AddressList, cc: AddressList, bcc: AddressList, bytes: v.pipe(v.number(), v.minValue(0)) }),
    v.object({ links: v.array(LinkForecast) }),
  ),
  /** Refused with `stale` if the file was changed since `stamp` was read. Of a link that is new the stamp is empty. */
  save: verb(v.object({ name: LinkName, text: FileText, stamp: v.string() }), v.object({ stamp: v.string() })),
  /** Refused while mail waits for it. */
  remove: verb(Named, Nothing),
  /** ETRN (RFC 1985) that a program has been told, as the SMTP server would answer it. @param argument a byte string */
  etrn: verb(
    v.object({
      argument: v.pipe(v.string(), v.maxLength(1000)),
      /** Strangers are not told how much waits. */
      stranger: v.boolean(),
      /** The address of the client. */
      ip: v.pipe(v.string(), v.maxLength(100)),
    }),
    v.object({ code: v.number(), text: v.string() }),
  ),
  /** Tries the link without sending mail, and says in plain words what works and what does not. */
  test: verb(Named, v.object({ steps: v.array(v.object({ what: v.string(), ok: v.boolean(), says: v.string() })) })),
  /** Some link changed; asked again by `links.list`. */
  changed: v.object({ names: v.array(v.string()) }),
};
