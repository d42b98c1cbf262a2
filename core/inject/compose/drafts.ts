// What saving and sending a draft share: its sender, its thread, and the fields that are generated for it.
import type { Draft } from '../../api/compose.ts';
import type { Reply } from '../../api/contract.ts';
import { refusal } from '../../api/errors.ts';
import { UserError } from '../../lib/user-error.ts';
import { displayAddress } from '../../message/address.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import { hostRewriter } from '../../message/header/rewrite.ts';
import { idTimestamp } from '../programs/added-fields.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { buildDraft, type GeneratedFields } from './draft-file.ts';
import { type OwnAddresses, ownAddresses, ownAddressTest, usualAddress } from './owner-addresses.ts';
import { readSender } from './sender-and-recipients.ts';
import { noThread, type Thread } from './threading.ts';

export interface Drafts {
  own(): OwnAddresses;
  /** @throws ApiError `invalid` */
  mustBeDraft(id: string | null): void;
  rewriter(): RewriteAddress;
  /** A new unique Message-ID. */
  freshMessageId(): string;
  /** All fields of a message that its author has not written. */
  generatedFields(draft: Draft, rewrite: RewriteAddress): Promise<GeneratedFields>;
  /** Stores the draft in a new file, then removes the file that it replaces. */
  save(draft: Draft): Promise<Reply<'compose.save'>>;
}

export function createDrafts(deps: ComposeDeps): Drafts {
  const { files, draftParser } = deps;

  /** Falls back to the draft's own fields if its source is gone. */
  async function threadOf(draft: Draft): Promise<Thread> {
    if (draft.source?.kind === 'reply') {
      const { id } = draft.source;
      const thread = await quietly(async () => draftParser.thread('answering', await files.raw(id)));
      if (thread) return thread;
    }
    const id = draft.id ?? draft.kept?.id;
    if (id === undefined) return noThread;
    return (await quietly(async () => draftParser.thread('own', await files.raw(id)))) ?? noThread;
  }

  function senderOf({ from }: Draft, rewrite: RewriteAddress): GeneratedFields['from'] {
    const { name } = deps.owner();
    if (from.trim() === '') return { name, address: usualAddress(drafts.own()) };
    const sender = readSender(from, rewrite, ownAddressTest(drafts.own()));
    return sender.name === '' ? { ...sender, name } : sender;
  }

  const drafts: Drafts = {
    own: () => ownAddresses(deps.owner(), deps.control(), deps.names()),
    mustBeDraft(id) {
      if (id === null || files.isIn('Drafts', id)) return;
      throw refusal('not-a-draft', { id });
    },
    rewriter() {
      try {
        return hostRewriter(deps.control());
      } catch (error) {
        if (error instanceof UserError)
          throw refusal('configuration-unusable', { why: error.message }, { cause: error });
        throw error;
      }
    },
    freshMessageId() {
      const unique = Buffer.from(deps.random(12)).toString('hex');
      return `<${idTimestamp(deps.clock.nowMs())}.${unique}.waypost@${displayAddress(deps.control().idHost)}>`;
    },
    async generatedFields(draft, rewrite) {
      return {
        ...(await threadOf(draft)),
        from: senderOf(draft, rewrite),
        dateMs: deps.clock.nowMs(),
        messageId: draft.messageId || drafts.freshMessageId(),
        boundary: Buffer.from(deps.random(12)).toString('hex'),
      };
    },
    async save(draft) {
      const before = draft.id;
      drafts.mustBeDraft(before);
      const rewrite = drafts.rewriter();
      const raw = await buildDraft(draft, await drafts.generatedFields(draft, rewrite), rewrite);
      const id = await files.add('Drafts', raw, ['D', 'S']);
      const removed = before === null || (await quietly(() => files.remove(before)));
      return { id, missed: removed === false };
    },
  };
  return drafts;
}

/** Ignores a failure that must not fail the caller. */
export async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
