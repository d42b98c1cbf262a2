// Send: stores a draft that is marked as being sent, queues the message, puts a copy into Sent, and removes the drafts.
// Wherever the process ends in between, the draft and its Message-ID tell what is left to do; a message is never queued twice.
import type { Draft, DraftToSend, Guess } from '../../api/compose.ts';
import type { Reply } from '../../api/contract.ts';
import { refusal } from '../../api/errors.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { addressFromText } from '../../message/address.ts';
import type { Envelope } from '../../paper-path/shapes.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { messageOfDraft } from './draft-message.ts';
import { type Drafts, quietly } from './drafts.ts';
import { createFileSent } from './file-sent.ts';
import { createPendingDrafts } from './pending-drafts.ts';
import { notAddresses, readRecipients } from './sender-and-recipients.ts';
import { formatPerson, type Person } from './typed-addresses.ts';

export interface Sending {
  /** A Message-ID for a new draft. */
  newMessageId(): string;
  send(asked: DraftToSend): Promise<Reply<'compose.send'>>;
  /** Whether the message was queued. Either way, what an interrupted Send left is cleared up when this resolves. */
  look(messageId: string): Promise<boolean>;
  /** Clears up after every Send that an earlier process did not finish. */
  finishInterrupted(): Promise<void>;
}

/** New Message-IDs cannot have been queued, so the log need not be searched for them. This many are remembered. */
const mostNewIds = 1000;

export function createSending(deps: ComposeDeps, drafts: Drafts): Sending {
  const { files, wasQueued, log } = deps;
  const pending = createPendingDrafts(deps, drafts);
  const { file, finish } = createFileSent(deps, drafts, pending);
  const newIds = new Set<string>();
  const underWay = new Map<string, Promise<Reply<'compose.send'>>>();

  async function send({ agreed = [], ...draft }: DraftToSend): Promise<Reply<'compose.send'>> {
    drafts.mustBeDraft(draft.id);
    const rewrite = drafts.rewriter();
    const bad = notAddresses(draft, rewrite);
    if (bad.length > 0) return { kind: 'not-addresses', fields: bad };
    const { to, cc, bcc, replyTo, recipients, guesses } = readRecipients(draft, rewrite);
    const guessed = await unknown(guesses, agreed);
    if (guessed.length > 0) return { kind: 'guessed', guesses: guessed };
    const wasTried = draft.messageId !== '' && !newIds.has(draft.messageId);
    if (wasTried && (await wasQueued(draft.messageId))) return again(draft);
    const generated = await drafts.generatedFields(draft, rewrite);
    const whole = { ...draft, to: written(to), cc: written(cc), bcc: written(bcc), replyTo: written(replyTo) };
    const raw = await messageOfDraft(whole, generated, rewrite);
    const pendingId = await pending.add(whole, generated, rewrite);
    newIds.delete(generated.messageId);
    const sender = addressFromText(generated.from.address);
    const queued = await queue(raw, { sender, recipients }, { messageId: generated.messageId, pendingId });
    if (wasTried) await pending.removeOlder(draft.messageId, pendingId);
    const sent = await file({ raw, draft: whole, pendingId, savedId: draft.id }, rewrite);
    return { kind: 'queued', queued, recipients: recipients.length, sent };
  }

  /** @returns the message's number in the queue. @throws ApiError `unsure`, `refused` or `failed` */
  async function queue(
    raw: Buffer,
    envelope: Envelope,
    { messageId, pendingId }: { readonly messageId: string; readonly pendingId: string },
  ): Promise<number> {
    const accepted = await deps.accept([raw], envelope, { uid: process.getuid?.() ?? 0 }).catch(error => {
      log(`warning: whether ${messageId} was queued is not known: ${reasonOf(error)}`);
      throw refusal('queue-unanswered', {}, { cause: error });
    });
    if (accepted.ok) return accepted.id;
    await quietly(() => files.remove(pendingId));
    throw refusal(accepted.permanent ? 'message-rejected' : 'message-deferred', { why: accepted.text });
  }

  /** The guessed addresses that the writer has not confirmed and that do not exist on this host. */
  async function unknown(guesses: readonly Guess[], agreed: readonly string[]): Promise<Guess[]> {
    const found: Guess[] = [];
    for (const guess of guesses) {
      if (!agreed.includes(guess.address) && !(await deps.isKnownHere(guess.address))) found.push(guess);
    }
    return found;
  }

  /** An earlier attempt has queued the message: only the rest is done. */
  async function again({ id, messageId }: Draft): Promise<Reply<'compose.send'>> {
    const sent = await finish(messageId);
    if (id !== null) await quietly(() => files.remove(id));
    return { kind: 'again', sent: sent ?? null };
  }

  async function look(messageId: string): Promise<boolean> {
    await quietly(async () => underWay.get(messageId));
    const queued = await wasQueued(messageId);
    if (queued) await finish(messageId);
    else await pending.restore(messageId);
    return queued;
  }

  return {
    newMessageId() {
      const messageId = drafts.freshMessageId();
      if (newIds.size >= mostNewIds) newIds.clear();
      newIds.add(messageId);
      return messageId;
    },
    send(asked) {
      const before = underWay.get(asked.messageId);
      if (before) return before;
      const sending = send(asked);
      if (asked.messageId === '') return sending;
      underWay.set(asked.messageId, sending);
      return sending.finally(() => underWay.delete(asked.messageId));
    },
    look,
    async finishInterrupted() {
      for (const messageId of await pending.messageIds()) {
        if (messageId === '' || underWay.has(messageId)) continue;
        if (await look(messageId)) log(`status: ${messageId} had been queued: its copy is in Sent`);
      }
    },
  };
}

function written(people: readonly Person[]): string {
  return people.map(formatPerson).join(', ');
}
