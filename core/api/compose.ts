// Writing: drafts are messages in the Drafts mailbox; sending puts a message into the queue and a copy into Sent.
import * as v from 'valibot';
import { MessageId } from './mail.ts';
import { verb } from './verb.ts';

export const DraftFile = v.object({ name: v.string(), type: v.string(), base64: v.string() });
export type DraftFile = v.InferOutput<typeof DraftFile>;

export const Draft = v.object({
  /** Its message id in Drafts; null before it was first saved. Every save gives it a new one. */
  id: v.nullable(MessageId),
  /** Address lists as a person types them: `Ines <ines@shore.example>, tomas@shore.example`. */
  to: v.string(),
  cc: v.string(),
  bcc: v.string(),
  subject: v.string(),
  text: v.string(),
  files: v.array(DraftFile),
  /** The message this one answers or forwards: it is marked when this one was sent. */
  source: v.nullable(v.object({ id: MessageId, kind: v.picklist(['reply', 'forward']) })),
});
export type Draft = v.InferOutput<typeof Draft>;

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
  /** A saved draft, to go on with. */
  open: verb(v.object({ id: MessageId }), Draft),
  /** Keeps the draft as a new file in Drafts, then removes the file it replaces. */
  save: verb(Draft, v.object({ id: MessageId })),
  discard: verb(v.object({ id: MessageId }), v.object({})),
  /** Queues the message (durably, before this answers), files a copy in Sent, and removes the draft. */
  send: verb(
    Draft,
    v.object({
      /** The queue's number of the message. */
      queued: v.number(),
      recipients: v.number(),
      /** Message id of the copy in Sent; null if it could not be kept (the message is queued all the same). */
      sent: v.nullable(MessageId),
    }),
  ),
};
