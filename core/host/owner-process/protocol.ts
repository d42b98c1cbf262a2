// What the host and the reader process say to each other (reader.ts and reader-work.ts): the calls that touch the owner's
// files, and what each checks of the other's words. The reader is the owner's, so the host trusts it no further.
import * as v from 'valibot';
import type { Handlers, Method } from '../../api/contract.ts';
import { refusalKinds } from '../../api/error-codes.ts';
import { Problem, type Settings } from '../../api/host.ts';
import { mail } from '../../api/mail.ts';
import type { ControlTexts } from '../../control/live-control.ts';
import type { Owner } from '../owner.ts';

/** The calls that the reader answers. */
export const ownerMethods = [
  'mail.mailboxes',
  'mail.list',
  'mail.ids',
  'mail.position',
  'mail.nextUnread',
  'mail.flags',
  'mail.read',
  'mail.source',
  'mail.bytes',
  'mail.attachment',
  'mail.flag',
  'mail.move',
  'mail.remove',
  'mail.makeFolder',
  'mail.renameFolder',
  'mail.removeFolder',
  'compose.start',
  'compose.senders',
  'compose.open',
  'compose.save',
  'compose.discard',
  'compose.look',
  'compose.send',
  'rules.list',
  'rules.explain',
  'rules.save',
  'rules.remove',
  'explain.address',
] as const satisfies readonly Method[];

export type OwnerHandlers = Pick<Handlers, (typeof ownerMethods)[number]>;

/** Whose files, and all else that the reader does not find out by itself. */
export interface OwnerJob {
  readonly home: string;
  readonly owner: Owner;
  readonly settings: Settings;
  /** The control files as the queue has read them: what is explained is what the host would do now. */
  readonly control: ControlTexts;
  /** Effective uid of who delivers the owner's mail; undefined where there is none. */
  readonly processUid: number | undefined;
}

/** A piece of a message that the reader hands in is at most this long. */
export const pieceBytes = 256 * 1024;

/** A byte string that can stand in an envelope. */
const Address = v.pipe(v.string(), v.regex(/^[\u0001-\u00ff]*$/));

/** What the reader asks: a message is begun with its envelope, follows in pieces, and is ended. */
export const FromOwner = {
  begin: v.object({ sender: Address, recipients: v.pipe(v.array(Address), v.minLength(1)) }),
  /** Whether a message of this Message-ID, a byte string, was ever queued. */
  known: v.object({ messageId: v.pipe(v.string(), v.maxLength(902)) }),
  /** The number that `begin` was answered with. */
  message: v.object({ message: v.number() }),
};

/** What the reader tells. */
export const ToldByOwner = {
  log: v.pipe(v.string(), v.maxLength(20_000)),
  changed: mail.changed,
  arrived: mail.arrived,
  problems: v.pipe(v.array(Problem), v.maxLength(20)),
};

/** How a call was answered. */
export const CallAnswer = v.variant('ok', [
  v.object({ ok: v.literal(true), value: v.unknown() }),
  v.object({
    ok: v.literal(false),
    kind: v.picklist(refusalKinds),
    code: v.pipe(v.string(), v.maxLength(100)),
    params: v.pipe(
      v.record(v.string(), v.union([v.pipe(v.string(), v.maxLength(20_000)), v.number()])),
      v.maxEntries(10),
    ),
  }),
]);
export type CallAnswer = v.InferOutput<typeof CallAnswer>;
