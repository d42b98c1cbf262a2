// What remains to be done once the queue has a message: the owner's copy in Sent, the flag on the message it replies to, and
// the removal of its drafts. It can be done later, from the draft that is marked as being sent.
import type { Draft } from '../../api/compose.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { listLine } from './draft-file.ts';
import { messageOfDraft } from './draft-message.ts';
import { type Drafts, quietly } from './drafts.ts';
import type { PendingDrafts } from './pending-drafts.ts';

/** A message that the queue has taken. */
interface QueuedMessage {
  readonly raw: Buffer;
  readonly draft: Draft;
  /** Ids: the draft that is marked as being sent, and the one that the owner saved before, if any. */
  readonly pendingId: string;
  readonly savedId: string | null;
}

export interface FileSent {
  /** @returns the id of the copy in Sent; null when it could not be made: then the marked draft stays, for a later attempt */
  file(message: QueuedMessage, rewrite: RewriteAddress): Promise<string | null>;
  /**
   * Does the same for a message that an earlier attempt queued, from its drafts.
   * @returns the id of its copy, or null as above; undefined when no draft of it was marked
   */
  finish(messageId: string): Promise<string | null | undefined>;
}

export function createFileSent({ files }: ComposeDeps, drafts: Drafts, pending: PendingDrafts): FileSent {
  async function file(
    { raw, draft, pendingId, savedId }: QueuedMessage,
    rewrite: RewriteAddress,
  ): Promise<string | null> {
    const bcc = Buffer.from(listLine('Bcc', draft.bcc, rewrite), 'latin1');
    const sent = await quietly(() => files.add('Sent', Buffer.concat([bcc, raw]), ['S'], pendingId));
    const { source } = draft;
    if (source) await quietly(() => files.flag(source.id, [source.kind === 'reply' ? 'R' : 'P']));
    if (savedId !== null) await quietly(() => files.remove(savedId));
    if (sent !== undefined) await quietly(() => files.remove(pendingId));
    return sent ?? null;
  }

  return {
    file,
    async finish(messageId) {
      let sent: string | null | undefined;
      for (const { id, draft, isPending } of await pending.ofMessage(messageId)) {
        if (isPending && typeof sent !== 'string') {
          const rewrite = drafts.rewriter();
          const generated = await drafts.generatedFields(draft, rewrite);
          const raw = await messageOfDraft(draft, generated, rewrite);
          sent = await file({ raw, draft, pendingId: id, savedId: null }, rewrite);
        } else if (sent !== null) await quietly(() => files.remove(id));
      }
      return sent;
    },
  };
}
