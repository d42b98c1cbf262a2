// One message from the server into the queue: begun, accepted, noted. After a crash at any point it is known whether the queue
// has it: what is accepted and not noted was not delivered yet, and so its token is in the queue.
import { createHash } from 'node:crypto';
import { classify } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import type { Account } from '../../control/fetch/account.ts';
import type { Clock } from '../../lib/clock.ts';
import { displayAddress } from '../../message/address.ts';
import type { Accept, MessageSource } from '../../paper-path/shapes.ts';
import { FetchFailure, saidBy } from '../failure.ts';
import type { MailboxState } from '../state/mailbox-state.ts';
import type { Known, LeftBecause } from '../state/state-text.ts';
import { fieldsAbove, noticeOf } from './fields.ts';
import { isLooping, messageIdOf, openMessage, recipientIn, senderOf } from './head.ts';

export interface TakeDeps {
  readonly account: Account;
  readonly clock: Clock;
  readonly control: () => Control;
  readonly accept: Accept;
  /** A new token, which nobody can guess. */
  readonly token: () => string;
}

/** A message at the server. */
export interface AtServer {
  readonly uid: string;
  readonly sizeBytes: number;
  readonly isSpam: boolean;
}

/** What became of it. */
export type Taken = 'here' | 'left';

/**
 * @param pieces LF line ends
 * @throws FetchFailure when the queue does not take it now; what the pieces throw
 */
export async function takeMessage(
  message: AtServer,
  pieces: AsyncIterable<Uint8Array>,
  state: MailboxState,
  deps: TakeDeps,
): Promise<Taken> {
  const opened = await openMessage(pieces);
  const recipient = recipientFor(opened.header, deps);
  if (isLooping(opened.header, recipient)) {
    for await (const _ of opened.whole); // The next command's reply comes after it.
    await leave(message, opened.raw, 'looping', state, deps);
    return 'left';
  }
  const { control, clock, account } = deps;
  const token = deps.token();
  await state.begin(message.uid, token, message.sizeBytes);
  const above = fieldsAbove({ account, token, me: control().me, atMs: clock.nowMs(), isSpam: message.isSpam });
  async function* source(): AsyncGenerator<Uint8Array> {
    yield above;
    yield* opened.whole;
  }
  const digest = digestOf(messageIdOf(opened.header));
  const here: Known = { kind: 'here', sizeBytes: message.sizeBytes, atMs: clock.nowMs(), digest };
  const envelope = { sender: senderOf(opened.header), recipient };
  const refused = await handOver(source(), envelope, deps, () => state.note(message.uid, here));
  if (refused === undefined) return 'here';
  // What follows of the message is not read: the connection is of no more use.
  if (refused.permanent) await leave(message, opened.raw, 'refused', state, deps);
  throw new FetchFailure('unable', `the queue of this host does not take a message: ${saidBy(refused.text)}`);
}

const leftTexts: Readonly<Record<LeftBecause, (account: Account) => string>> = {
  large: ({ largestBytes, name }) =>
    `it has more bytes than the account allows (max-bytes ${largestBytes}). To fetch it, raise that limit in control/fetch/${name}.`,
  looping: () => 'it was delivered here before, or has passed very many hosts: it would come back for ever.',
  refused: () => 'the queue of this host refuses it permanently.',
  unreadable: () => 'the server lists it, but does not give it. It is fetched as soon as the server does.',
};

/** It stays at the server, and its recipient is told, once. @param head its beginning, with LF line ends */
export async function leave(
  message: AtServer,
  head: Buffer,
  why: LeftBecause,
  state: MailboxState,
  deps: TakeDeps,
): Promise<void> {
  const { account, clock, control } = deps;
  const { header } = await openMessage(pieceOf(head));
  const recipient = recipientFor(header, deps);
  const token = deps.token();
  await state.begin(message.uid, token, message.sizeBytes);
  const notice = noticeOf({
    ...{ account, token, recipient, head },
    me: control().me,
    atMs: clock.nowMs(),
    isSpam: false,
    sizeBytes: message.sizeBytes,
    why: leftTexts[why](account),
  });
  const left: Known = { kind: 'left', sizeBytes: message.sizeBytes, why };
  const envelope = { sender: '', recipient };
  const refused = await handOver([notice], envelope, deps, () => state.note(message.uid, left));
  if (refused) throw new FetchFailure('unable', `the queue of this host takes no messages: ${saidBy(refused.text)}`);
}

async function* pieceOf(raw: Buffer): AsyncGenerator<Uint8Array> {
  yield raw;
}

/** @returns why the queue refused it */
async function handOver(
  source: MessageSource,
  { sender, recipient }: { readonly sender: string; readonly recipient: string },
  { accept }: TakeDeps,
  note: () => void,
): Promise<{ readonly permanent: boolean; readonly text: string } | undefined> {
  let isNoted = false;
  const once = () => {
    if (!isNoted) note();
    isNoted = true;
  };
  const accepted = await accept(source, { sender, recipients: [recipient] }, { uid: process.getuid?.() ?? 0 }, once);
  if (!accepted.ok) return accepted;
  once();
  return undefined;
}

/** @throws FetchFailure when the mail would leave this host again */
function recipientFor(header: Parameters<typeof senderOf>[0], { account, control }: TakeDeps): string {
  const { to, multidrop } = account;
  const found = multidrop === undefined ? undefined : recipientIn(header, multidrop);
  const recipient = found ?? to ?? `postmaster@${control().me}`;
  if (classify(recipient, control()).channel === 'local') return recipient;
  throw new FetchFailure('wrong', `${saidBy(displayAddress(recipient))} is not delivered on this host`);
}

/** By it a message is known again when the server has numbered its messages anew. */
export function digestOf(messageId: string | undefined): string {
  if (messageId === undefined) return '-';
  return createHash('sha256').update(messageId, 'latin1').digest('base64url').slice(0, 16);
}
