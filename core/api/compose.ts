// Writing: drafts are messages in the Drafts mailbox; sending puts a message into the queue and a copy into Sent.
import * as v from 'valibot';
import { MessageId } from './mail.ts';
import { verb } from './verb.ts';

export const DraftFile = v.object({ name: v.string(), type: v.string(), base64: v.string() });
export type DraftFile = v.InferOutput<typeof DraftFile>;

export const Draft = v.object({
  /** Its message id in Drafts; null before it was first saved. Every save gives it a new one. */
  id: v.nullable(MessageId),
  /** What the message is called when it is sent, fixed from the start: a second Send is known by it. `''`: not fixed yet. */
  messageId: v.optional(v.pipe(v.string(), v.maxLength(902), v.regex(/^(<[!-;=?-~]+>)?$/)), ''),
  /** Who writes, as in a list: one of the owner's addresses. `''`: the usual one. */
  from: v.optional(v.string(), ''),
  /** Where answers are to go; `''`: to the writer. */
  replyTo: v.optional(v.string(), ''),
  /** Address lists as a person types them: `Ines <ines@shore.example>, tomas@shore.example`. */
  to: v.string(),
  cc: v.string(),
  bcc: v.string(),
  subject: v.string(),
  text: v.string(),
  files: v.array(DraftFile),
  /** The message this one answers or forwards: it is marked when this one was sent. */
  source: v.nullable(v.object({ id: MessageId, kind: v.picklist(['reply', 'forward']) })),
  /** A draft of another program with more in it than this holds: it stays as it is, and this one is a message of its own. */
  kept: v.optional(
    v.nullable(
      v.object({
        id: MessageId,
        /** It has HTML, or is signed or encrypted. */
        formatting: v.boolean(),
        /** The names of fields that this does not hold. */
        fields: v.array(v.string()),
      }),
    ),
    null,
  ),
});
export type Draft = v.InferOutput<typeof Draft>;

/** A name that was typed without a host, and the address that it would become. */
const Guess = v.object({ typed: v.string(), address: v.string() });
export type Guess = v.InferOutput<typeof Guess>;

const DraftToSend = v.object({
  ...Draft.entries,
  /** Guessed addresses that the writer has agreed to. */
  agreed: v.optional(v.array(v.string())),
});
export type DraftToSend = v.InferOutput<typeof DraftToSend>;

/** A field of a draft with parts that are no addresses. */
const NotAddresses = v.object({ field: v.picklist(['to', 'cc', 'bcc', 'replyTo']), parts: v.array(v.string()) });
export type NotAddresses = v.InferOutput<typeof NotAddresses>;

export const compose = {
  /** A draft to begin with, not yet saved. `mailto` is a mailto: URL (RFC 6068); attachments in it are ignored. */
  start: verb(
    v.variant('kind', [
      v.object({ kind: v.literal('new') }),
      v.object({ kind: v.literal('mailto'), url: v.pipe(v.string(), v.maxLength(100_000)) }),
      v.object({ kind: v.picklist(['reply', 'reply-all', 'forward']), id: MessageId }),
    ]),
    Draft,
  ),
  /** The owner's addresses that the host knows, the usual one first: what From may be. */
  senders: verb(v.object({}), v.array(v.string())),
  /** A saved draft, to go on with. */
  open: verb(v.object({ id: MessageId }), Draft),
  /** Keeps the draft as a new file in Drafts, then removes the file it replaces; `missed`: that one was gone already. */
  save: verb(Draft, v.object({ id: MessageId, missed: v.boolean() })),
  discard: verb(v.object({ id: MessageId }), v.object({})),
  /** After a lost answer: whether the message was queued. If it was, all that Send does after that is done now. */
  look: verb(v.object({ messageId: v.pipe(v.string(), v.maxLength(902)) }), v.object({ queued: v.boolean() })),
  /** Queues the message (durably, before this answers), files a copy in Sent, and removes the draft. */
  send: verb(
    DraftToSend,
    v.variant('kind', [
      v.object({
        kind: v.literal('queued'),
        /** The queue's number of the message. */
        queued: v.number(),
        recipients: v.number(),
        /** Message id of the copy in Sent; null if it could not be kept (the message is queued all the same). */
        sent: v.nullable(MessageId),
      }),
      /** It had been queued before, by a Send whose answer was lost; it was not queued again. */
      v.object({ kind: v.literal('again'), sent: v.nullable(MessageId) }),
      /** Nothing was sent: these are no addresses. */
      v.object({ kind: v.literal('not-addresses'), fields: v.array(NotAddresses) }),
      /** Names without a host that are nobody's here: they are asked about, and nothing was sent. */
      v.object({ kind: v.literal('guessed'), guesses: v.array(Guess) }),
    ]),
  ),
};
