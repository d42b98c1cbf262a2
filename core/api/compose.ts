// Writing: drafts are messages in the Drafts mailbox; sending puts a message into the queue and a copy into Sent.
import * as v from 'valibot';
import { MessageId } from './mail.ts';
import { verb } from './verb.ts';

export const DraftFile = v.object({ name: v.string(), type: v.string(), base64: v.string() });
export type DraftFile = v.InferOutput<typeof DraftFile>;

export const Draft = v.object({
  /** Its message id in Drafts; null until it is first saved. Every save gives it a new one. */
  id: v.nullable(MessageId),
  /** The Message-ID, fixed from the start: a second Send is recognized by it. `''`: not fixed yet. */
  messageId: v.optional(v.pipe(v.string(), v.maxLength(902), v.regex(/^(<[!-;=?-~]+>)?$/)), ''),
  /** The author, as in an address list: one of the owner's addresses. `''`: the usual one. */
  from: v.optional(v.string(), ''),
  /** Where replies go; `''`: to the author. */
  replyTo: v.optional(v.string(), ''),
  /** Address lists as a person types them: `Ines <ines@shore.example>, tomas@shore.example`. */
  to: v.string(),
  cc: v.string(),
  bcc: v.string(),
  subject: v.string(),
  text: v.string(),
  files: v.array(DraftFile),
  /** The message that this one replies to or forwards: it is marked once this one is sent. */
  source: v.nullable(v.object({ id: MessageId, kind: v.picklist(['reply', 'forward']) })),
  /** A draft of another program that contains more than this can hold: it stays as it is, and this one is a separate message. */
  kept: v.optional(
    v.nullable(
      v.object({
        id: MessageId,
        /** It has HTML, or is signed or encrypted. */
        formatting: v.boolean(),
        /** The names of fields that this cannot hold. */
        fields: v.array(v.string()),
      }),
    ),
    null,
  ),
});
export type Draft = v.InferOutput<typeof Draft>;

/** A name that was typed without a host, and the address that it would be completed to. */
const Guess = v.object({ typed: v.string(), address: v.string() });
export type Guess = v.InferOutput<typeof Guess>;

const DraftToSend = v.object({
  ...Draft.entries,
  /** Guessed addresses that the author has confirmed. */
  agreed: v.optional(v.array(v.string())),
});
export type DraftToSend = v.InferOutput<typeof DraftToSend>;

/** A field of a draft with parts that are not addresses. */
const NotAddresses = v.object({ field: v.picklist(['to', 'cc', 'bcc', 'replyTo']), parts: v.array(v.string()) });
export type NotAddresses = v.InferOutput<typeof NotAddresses>;

export const compose = {
  /** A new draft, not yet saved. `mailto` is a mailto: URL (RFC 6068); attachments in it are ignored. */
  start: verb(
    v.variant('kind', [
      v.object({ kind: v.literal('new') }),
      v.object({ kind: v.literal('mailto'), url: v.pipe(v.string(), v.maxLength(100_000)) }),
      v.object({ kind: v.picklist(['reply', 'reply-all', 'forward']), id: MessageId }),
    ]),
    Draft,
  ),
  /** The owner's addresses that the host knows, the usual one first: the possible values of From. */
  senders: verb(v.object({}), v.array(v.string())),
  /** A saved draft, to continue. */
  open: verb(v.object({ id: MessageId }), Draft),
  /** Saves the draft as a new file in Drafts, then removes the file that it replaces; `missed`: that file did not exist any more. */
  save: verb(Draft, v.object({ id: MessageId, missed: v.boolean() })),
  discard: verb(v.object({ id: MessageId }), v.object({})),
  /** After a lost reply: whether the message was queued. If so, everything that Send does after queueing is done now. */
  look: verb(v.object({ messageId: v.pipe(v.string(), v.maxLength(902)) }), v.object({ queued: v.boolean() })),
  /** Queues the message (durably, before this replies), puts a copy into Sent, and removes the draft. */
  send: verb(
    DraftToSend,
    v.variant('kind', [
      v.object({
        kind: v.literal('queued'),
        /** The message's number in the queue. */
        queued: v.number(),
        recipients: v.number(),
        /** Message id of the copy in Sent; null if it could not be stored (the message is queued all the same). */
        sent: v.nullable(MessageId),
      }),
      /** It was queued before, by a Send whose reply was lost; it was not queued again. */
      v.object({ kind: v.literal('again'), sent: v.nullable(MessageId) }),
      /** Nothing was sent: these are not addresses. */
      v.object({ kind: v.literal('not-addresses'), fields: v.array(NotAddresses) }),
      /** Names without a host that do not exist here: the author is asked about them, and nothing was sent. */
      v.object({ kind: v.literal('guessed'), guesses: v.array(Guess) }),
    ]),
  ),
};
