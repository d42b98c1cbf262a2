// Drafts that are marked as being sent: what remains of a Send whose answer was lost. They are found by the bytes of their
// header, removed when another attempt succeeds, and turned back into ordinary drafts when the message was never queued.
import type { Draft } from '../../api/compose.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { buildDraft, type GeneratedFields } from './draft-file.ts';
import { type Drafts, quietly } from './drafts.ts';
import { sendingField } from './read-draft.ts';

/** A draft in the Drafts mailbox. */
interface StoredDraft {
  readonly id: string;
  readonly draft: Draft;
  /** It is marked as being sent. */
  readonly isPending: boolean;
}

export interface PendingDrafts {
  /** Stores a draft that is marked as being sent. @returns its id */
  add(draft: Draft, generated: GeneratedFields, rewrite: RewriteAddress): Promise<string>;
  /** All drafts of a message, those that are marked first. */
  ofMessage(messageId: string): Promise<StoredDraft[]>;
  /** Message-IDs of all drafts that are marked. */
  messageIds(): Promise<string[]>;
  /** Removes the marked drafts that earlier attempts left. @param except the one of this attempt */
  removeOlder(messageId: string, except: string): Promise<void>;
  /** The message was not queued: its marked drafts become ordinary ones, or go if there is an ordinary one already. */
  restore(messageId: string): Promise<void>;
}

/** How far into a draft the mark is looked for. */
const headBytes = 64 * 1024;
const pendingMark = `\n${sendingField}: `;

export function createPendingDrafts({ files, draftParser }: ComposeDeps, drafts: Drafts): PendingDrafts {
  /** The drafts whose header contains these bytes; those that cannot be read are left out. */
  async function draftsWith(bytes: string): Promise<StoredDraft[]> {
    const found: StoredDraft[] = [];
    for (const id of files.idsIn('Drafts')) {
      await quietly(async () => {
        const raw = await files.raw(id);
        const head = raw.subarray(0, headBytes);
        if (!head.includes(bytes)) return;
        const draft = await draftParser.open(id, drafts.own(), raw);
        if (draft.id !== null) found.push({ id: draft.id, draft, isPending: head.includes(pendingMark) });
      });
    }
    return found;
  }

  async function ofMessage(messageId: string): Promise<StoredDraft[]> {
    const found = (await draftsWith(messageId)).filter(({ draft }) => draft.messageId === messageId);
    return found.sort((a, b) => Number(b.isPending) - Number(a.isPending));
  }

  async function restoreOne({ id, draft }: StoredDraft): Promise<void> {
    const others = (await ofMessage(draft.messageId)).filter(other => other.id !== id);
    if (others.length > 0) await files.remove(id);
    else await drafts.save(draft);
  }

  return {
    async add(draft, generated, rewrite) {
      const raw = await buildDraft(draft, generated, rewrite, generated.dateMs);
      return files.add('Drafts', raw, ['D', 'S']);
    },
    ofMessage,
    async messageIds() {
      const marked = (await draftsWith(pendingMark)).filter(({ isPending }) => isPending);
      return marked.map(({ draft }) => draft.messageId);
    },
    async removeOlder(messageId, except) {
      for (const { id, isPending } of await ofMessage(messageId)) {
        if (isPending && id !== except) await quietly(() => files.remove(id));
      }
    },
    async restore(messageId) {
      for (const stored of await ofMessage(messageId)) if (stored.isPending) await restoreOne(stored);
    },
  };
}
