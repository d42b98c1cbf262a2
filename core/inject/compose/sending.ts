// Send: first a draft that says that it is being sent, then the queue, then a copy in Sent, then the drafts go. Wherever the
// process ends in between, the draft and its Message-ID tell what is left to do; a message is never queued twice.
import type { Draft, DraftToSend, Guess } from '../../api/compose.ts';
import type { Reply } from '../../api/contract.ts';
import { ApiError } from '../../api/errors.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { addressFromText } from '../../message/address.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import { buildMessage, nobodyNamed } from './build-message.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { buildDraft, type GeneratedFields, listLine } from './draft-file.ts';
import { type Drafts, quietly } from './drafts.ts';
import { sendingField } from './read-draft.ts';
import { notAddresses, readRecipients } from './sender-and-recipients.ts';
import { formatPerson, type Person } from './typed-addresses.ts';

export interface Sending {
  /** A Message-ID for a draft that is begun. */
  name(): string;
  send(asked: DraftToSend): Promise<Reply<'compose.send'>>;
  /** Whether the message was queued; if so, what comes after that is done when this resolves. */
  look(messageId: string): Promise<boolean>;
  settle(): Promise<void>;
}

/** Ids that cannot have been queued yet need not be asked about; more of them than these are forgotten, and asked about. */
const mostFresh = 1000;
/** How far down the field of a draft that is being sent may be. */
const headBytes = 64 * 1024;
const pendingMark = `\n${sendingField}: `;

export function createSending(deps: ComposeDeps, drafts: Drafts): Sending {
  const { files, draftParser, wasQueued, log } = deps;
  const fresh = new Set<string>();
  const underWay = new Map<string, Promise<Reply<'compose.send'>>>();

  async function send({ agreed = [], ...draft }: DraftToSend): Promise<Reply<'compose.send'>> {
    drafts.mustBeDraft(draft.id);
    const rewrite = drafts.rewriter();
    const bad = notAddresses(draft, rewrite);
    if (bad.length > 0) return { kind: 'not-addresses', fields: bad };
    const { to, cc, bcc, replyTo, recipients, guesses } = readRecipients(draft, rewrite);
    const guessed = await unknown(guesses, agreed);
    if (guessed.length > 0) return { kind: 'guessed', guesses: guessed };
    const mayBeTried = draft.messageId !== '' && !fresh.has(draft.messageId);
    if (mayBeTried && (await wasQueued(draft.messageId))) return again(draft);
    const stamp = await drafts.generatedFields(draft, rewrite);
    const whole = { ...draft, to: written(to), cc: written(cc), bcc: written(bcc), replyTo: written(replyTo) };
    const raw = await messageOf(whole, stamp, rewrite);
    const pending = await files.add('Drafts', await buildDraft(whole, stamp, rewrite, stamp.dateMs), ['D', 'S']);
    fresh.delete(stamp.messageId);
    const invoker = { uid: process.getuid?.() ?? 0 };
    const envelope = { sender: addressFromText(stamp.from.address), recipients };
    const accepted = await deps.accept([raw], envelope, invoker).catch(error => {
      log(`warning: whether ${stamp.messageId} was queued is not known: ${reasonOf(error)}`);
      const text = 'The queue did not answer: this message may have been sent.';
      throw new ApiError('unsure', text, { cause: error });
    });
    if (!accepted.ok) {
      await quietly(() => files.remove(pending));
      throw new ApiError(accepted.permanent ? 'refused' : 'failed', `The message was not queued: ${accepted.text}`);
    }
    if (mayBeTried) await removePending(draft.messageId, pending);
    const sent = await file(raw, whole, [pending, draft.id], rewrite);
    return { kind: 'queued', queued: accepted.id, recipients: recipients.length, sent };
  }

  /** The guesses that the writer has not agreed to and that name nobody who is known here. */
  async function unknown(guesses: readonly Guess[], agreed: readonly string[]): Promise<Guess[]> {
    const found: Guess[] = [];
    for (const guess of guesses) {
      if (!agreed.includes(guess.address) && !(await deps.isKnownHere(guess.address))) found.push(guess);
    }
    return found;
  }

  async function again(draft: Draft): Promise<Reply<'compose.send'>> {
    const sent = await finish(draft.messageId);
    const { id } = draft;
    if (id !== null) await quietly(() => files.remove(id));
    return { kind: 'again', sent: sent ?? null };
  }

  /**
   * What comes after the queue has taken a message: the owner's copy, which names the blind copies; the mark at what was
   * answered; then the drafts may go. Without a copy the draft that was being sent stays, to be made one later.
   */
  async function file(
    raw: Buffer,
    draft: Draft,
    drafts: readonly [pending: string, draft: string | null],
    rewrite: RewriteAddress,
  ): Promise<string | null> {
    const bcc = Buffer.from(listLine('Bcc', draft.bcc, rewrite), 'latin1');
    const [pending, before] = drafts;
    const sent = await quietly(() => files.add('Sent', Buffer.concat([bcc, raw]), ['S'], pending));
    const { source } = draft;
    if (source) await quietly(() => files.flag(source.id, [source.kind === 'reply' ? 'R' : 'P']));
    if (before !== null) await quietly(() => files.remove(before));
    if (sent !== undefined) await quietly(() => files.remove(pending));
    return sent ?? null;
  }

  /** Files what is left of a message that was queued. @returns the id of its copy, if one was to be made */
  async function finish(messageId: string): Promise<string | null | undefined> {
    let sent: string | null | undefined;
    const left = await draftsWith(messageId);
    for (const { draft, isPending } of left.toSorted((a, b) => Number(b.isPending) - Number(a.isPending))) {
      const { id } = draft;
      if (draft.messageId !== messageId || id === null) continue;
      if (isPending && typeof sent !== 'string') {
        const rewrite = drafts.rewriter();
        const stamp = await drafts.generatedFields(draft, rewrite);
        sent = await file(await messageOf(draft, stamp, rewrite), draft, [id, null], rewrite);
      } else if (sent !== null) await quietly(() => files.remove(id));
    }
    return sent;
  }

  /** The drafts with some bytes in their header, and whether they were being sent. */
  async function draftsWith(bytes: string): Promise<{ draft: Draft; isPending: boolean }[]> {
    const found: { draft: Draft; isPending: boolean }[] = [];
    for (const id of files.idsIn('Drafts')) {
      await quietly(async () => {
        const raw = await files.raw(id);
        const head = raw.subarray(0, headBytes);
        if (!head.includes(bytes)) return;
        const draft = await draftParser.open(id, drafts.own(), raw);
        found.push({ draft, isPending: head.includes(pendingMark) });
      });
    }
    return found;
  }

  /** What earlier attempts, of which nothing came, have left. */
  async function removePending(messageId: string, except: string): Promise<void> {
    for (const { draft, isPending } of await draftsWith(messageId)) {
      const { id } = draft;
      if (!isPending || draft.messageId !== messageId || id === null || id === except) continue;
      await quietly(() => files.remove(id));
    }
  }

  /** A draft whose message was not queued is an ordinary one again, unless there is one. */
  async function takeBack(pending: Draft): Promise<void> {
    const { id } = pending;
    const others = (await draftsWith(pending.messageId)).filter(({ draft }) => draft.id !== id);
    if (id !== null && others.some(({ draft }) => draft.messageId === pending.messageId)) await files.remove(id);
    else await drafts.save(pending);
  }

  async function takeBackAll(messageId: string): Promise<void> {
    for (const { draft, isPending } of await draftsWith(messageId)) {
      if (isPending && draft.messageId === messageId) await takeBack(draft);
    }
  }

  async function lookFor(messageId: string): Promise<boolean> {
    await quietly(async () => underWay.get(messageId));
    const queued = await wasQueued(messageId);
    if (queued) await finish(messageId);
    else await takeBackAll(messageId);
    return queued;
  }

  return {
    name() {
      const messageId = drafts.freshMessageId();
      if (fresh.size >= mostFresh) fresh.clear();
      fresh.add(messageId);
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
    look: lookFor,
    async settle() {
      for (const { draft } of (await draftsWith(pendingMark)).filter(({ isPending }) => isPending)) {
        if (underWay.has(draft.messageId) || draft.messageId === '') continue;
        if (await lookFor(draft.messageId)) log(`status: ${draft.messageId} had been queued: its copy is in Sent`);
      }
    },
  };
}

function messageOf(draft: Draft, stamp: GeneratedFields, rewrite: RewriteAddress): Promise<Buffer> {
  const { to, cc, replyTo } = readRecipients(draft, rewrite);
  return buildMessage({
    ...stamp,
    to,
    cc,
    bcc: [],
    replyTo,
    subject: draft.subject.trim(),
    text: draft.text,
    purpose: 'send',
    files: draft.files,
    extraFields: {},
    listLines: to.length + cc.length === 0 ? nobodyNamed : '',
  });
}

function written(people: readonly Person[]): string {
  return people.map(formatPerson).join(', ');
}
