// Reading: mailboxes are the folders of a Maildir (Maildir++ names), messages the files in their new/ and cur/.
import * as v from 'valibot';
import { verb } from './verb.ts';

/** A mailbox: `INBOX`, the folder's name without its leading dot (`Sent`, `lists.qmail`), or its path (`/lists/qmail`). */
const MailboxId = v.pipe(
  v.string(),
  v.regex(/^(?:[^/\u0000]{1,255}|(?:\/[^/\u0000]{1,255}){1,20})$/, 'not a mailbox name'),
  v.notValue('.'),
);
/** `<mailbox>/<unique part of the file name>`: stable while flags change. */
export const MessageId = v.pipe(
  v.string(),
  v.regex(/^(?:[^/\u0000]{1,255}|(?:\/[^/\u0000]{1,255}){1,20})\/[^/:\u0000]{1,255}$/, 'not a message id'),
);

/** The mailbox that a message is in, by its id. */
export function mailboxOf(messageId: string): string {
  return messageId.slice(0, messageId.lastIndexOf('/'));
}

/** The id of the mailbox that contains a mailbox, which need not exist; `''`: none does. */
export function parentFolder(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf(id.startsWith('/') ? '/' : '.')));
}

export const Mailbox = v.object({
  id: MailboxId,
  /** What to call it on screen: the last part of the name. */
  name: v.string(),
  /** The names from the outermost folder to this one; those around it need not be mailboxes. */
  path: v.array(v.string()),
  /** Its role, if it is one of the standard mailboxes. */
  role: v.nullable(v.picklist(['inbox', 'drafts', 'sent', 'archive', 'trash'])),
  total: v.number(),
  unread: v.number(),
});
export type Mailbox = v.InferOutput<typeof Mailbox>;

export const Person = v.object({ name: v.string(), address: v.string() });
export type Person = v.InferOutput<typeof Person>;

/** Maildir flags: (D)raft, (F)lagged, (P)assed, (R)eplied, (S)een, (T)rashed. */
export const Flag = v.picklist(['D', 'F', 'P', 'R', 'S', 'T']);
export type Flag = v.InferOutput<typeof Flag>;

export const MessageRow = v.object({
  id: MessageId,
  from: Person,
  to: v.array(Person),
  subject: v.string(),
  /** The first words of the text. */
  preview: v.string(),
  /** From the Date field; the file's time where there is none. Milliseconds since 1970. */
  dateMs: v.number(),
  sizeBytes: v.number(),
  flags: v.array(Flag),
  attachments: v.boolean(),
});
export type MessageRow = v.InferOutput<typeof MessageRow>;

export const Attachment = v.object({
  /** Number of the attachment in the message, from 0. */
  part: v.number(),
  name: v.string(),
  type: v.string(),
  sizeBytes: v.number(),
  /** The HTML shows it: a picture. */
  shown: v.boolean(),
});
export type Attachment = v.InferOutput<typeof Attachment>;

/** A time as it was written, in the time zone `zone`: `UTC`, a zone's name, or `''` for the reader's own. */
const CalendarTime = v.object({ local: v.string(), zone: v.string() });

/** What an invitation says (RFC 5545); texts may be empty. */
export const Invitation = v.object({
  /** `REQUEST`, `CANCEL`, `REPLY`, …; `''`: it does not say. */
  method: v.string(),
  summary: v.string(),
  location: v.string(),
  organizer: v.string(),
  start: v.nullable(CalendarTime),
  end: v.nullable(CalendarTime),
  repeats: v.boolean(),
});
export type Invitation = v.InferOutput<typeof Invitation>;

export const Message = v.object({
  ...MessageRow.entries,
  cc: v.array(Person),
  replyTo: v.array(Person),
  messageId: v.string(),
  /** The plain text; made from the HTML where the message has only that. */
  text: v.string(),
  /** The HTML body as received, *unsanitised*, with cid: images made data: URLs; null where there is none. */
  html: v.nullable(v.string()),
  files: v.array(Attachment),
  invitation: v.nullable(Invitation),
  /** What is wrong with the message, as sentences. */
  faults: v.array(v.string()),
});
export type Message = v.InferOutput<typeof Message>;

const Nothing = v.object({});
const FolderName = v.pipe(v.string(), v.maxLength(200));
/** Where a piece begins. */
const Offset = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0);
const Ids = v.pipe(v.array(MessageId), v.maxLength(10_000));
/** All of a mailbox, newest first, or what matches a query: words that must all occur in sender, recipients or subject. */
const listing = {
  mailbox: MailboxId,
  query: v.optional(v.pipe(v.string(), v.maxLength(500)), ''),
  /** Newest by the Date field, or by when the message reached the mailbox: a late one may have an old Date. */
  order: v.optional(v.picklist(['date', 'arrival'])),
  /** Only what is unread, and this one, which may have been read just now; null: all. */
  unread: v.optional(v.nullable(v.object({ and: v.nullable(MessageId) }))),
};

export const mail = {
  mailboxes: verb(Nothing, v.array(Mailbox)),
  /** A page of a listing. */
  list: verb(
    v.object({
      ...listing,
      offset: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
      limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)), 100),
    }),
    v.object({ total: v.number(), unread: v.number(), rows: v.array(MessageRow) }),
  ),
  /** The ids from one message of a listing to another, both included; null: from its first, to its last. */
  ids: verb(
    v.object({
      ...listing,
      from: v.optional(v.nullable(MessageId), null),
      to: v.optional(v.nullable(MessageId), null),
    }),
    v.object({ ids: v.array(MessageId) }),
  ),
  /** The position of a message in a listing, from 0; null: it is not in the listing. */
  position: verb(v.object({ ...listing, id: MessageId }), v.object({ index: v.nullable(v.number()) })),
  /** The first unread message of a listing after one of its messages, or else from its start; null: all are read. */
  nextUnread: verb(
    v.object({ ...listing, after: v.nullable(MessageId) }),
    v.object({ next: v.nullable(v.object({ id: MessageId, index: v.number() })) }),
  ),
  /** The flags of messages, in the order asked; null for one that is gone. */
  flags: verb(v.object({ ids: Ids }), v.object({ flags: v.array(v.nullable(v.array(Flag))) })),
  /** The whole message, parsed. Does not mark it as seen. */
  read: verb(v.object({ id: MessageId }), Message),
  /** The message's file as text, cut after 1 MiB: UTF-8, and latin1 in lines that are not. */
  source: verb(v.object({ id: MessageId }), v.object({ text: v.string(), cut: v.boolean() })),
  /** A piece of the message's file from `offset` on, as base64; empty after its end. */
  bytes: verb(v.object({ id: MessageId, offset: Offset }), v.object({ base64: v.string(), sizeBytes: v.number() })),
  /** A piece of one attachment, decoded, from `offset` on, as base64; empty after its end. */
  attachment: verb(
    v.object({ id: MessageId, part: v.number(), offset: Offset }),
    v.object({ name: v.string(), type: v.string(), base64: v.string(), sizeBytes: v.number() }),
  ),
  /** Adds and removes flags; answers which messages exist and have other flags now. */
  flag: verb(
    v.object({ ids: Ids, add: v.optional(v.array(Flag), []), remove: v.optional(v.array(Flag), []) }),
    v.object({ ids: v.array(MessageId) }),
  ),
  /** Moves messages into a mailbox (created if it is a standard one); answers their new ids, for undo. */
  move: verb(v.object({ ids: Ids, to: MailboxId }), v.object({ ids: v.array(MessageId) })),
  /** Deletes messages permanently. */
  remove: verb(v.object({ ids: Ids }), v.object({ removed: v.number() })),
  /** Creates a mailbox, in another one or (`''`) at the top; answers its id. `name` is what a person typed. */
  makeFolder: verb(
    v.object({ parent: v.union([MailboxId, v.literal('')]), name: FolderName }),
    v.object({ id: MailboxId }),
  ),
  /** Renames a mailbox and those in it; answers its new id. */
  renameFolder: verb(v.object({ id: MailboxId, name: FolderName }), v.object({ id: MailboxId })),
  /** Removes a mailbox and those in it; their messages go to Trash. Answers how many. */
  removeFolder: verb(v.object({ id: MailboxId }), v.object({ trashed: v.number() })),
  changed: v.object({ mailboxes: v.array(Mailbox) }),
  arrived: v.object({ id: MessageId, from: Person, subject: v.string(), unread: v.number() }),
};
