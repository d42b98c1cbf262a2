// The protocol between the host and the owner's process (owner-process.ts and work.ts): the calls that need the owner's files,
// and what each end checks of the other's words. The host trusts the process no more than its owner.
import * as v from 'valibot';
import type { Handlers, Method } from '../../api/contract.ts';
import { refusalKinds } from '../../api/error-codes.ts';
import { Problem, type Settings } from '../../api/host.ts';
import { mail } from '../../api/mail.ts';
import type { ControlTexts } from '../../control/live-control.ts';
import type { Owner } from '../owner.ts';

/** The calls that the owner's process answers. */
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

/** Whose files, and all else that the process does not find out by itself. */
export interface OwnerJob {
  readonly home: string;
  readonly owner: Owner;
  readonly settings: Settings;
  /** The control files as the queue has read them: explanations say what the host would do now. */
  readonly control: ControlTexts;
  /** Effective uid of the process that delivers the owner's mail; undefined where there are no uids. */
  readonly processUid: number | undefined;
}

/** The limit of a piece of a submitted message. */
export const pieceBytes = 256 * 1024;

/** A byte string that is valid in an envelope. */
const Address = v.pipe(v.string(), v.regex(/^[\u0001-\u00ff]*$/));

/** What the process asks: a message starts with its envelope, follows in pieces, and is ended. */
export const FromOwner = {
  begin: v.object({ sender: Address, recipients: v.pipe(v.array(Address), v.minLength(1)) }),
  /** Whether a message of this Message-ID, a byte string, was ever queued. */
  known: v.object({ messageId: v.pipe(v.string(), v.maxLength(902)) }),
  /** The number that `begin` returned. */
  message: v.object({ message: v.number() }),
};

/** What the process tells. */
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
