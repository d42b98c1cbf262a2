// The composer's side of the Api: drafts in the Drafts mailbox (drafts.ts), and sending (sending.ts).
import type { Draft } from '../../api/compose.ts';
import type { HandlersOf } from '../../api/contract.ts';
import { refusal } from '../../api/errors.ts';
import { ParseFailure } from '../../lib/process/parse-failure.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { createDrafts } from './drafts.ts';
import { knownSenders } from './known-senders.ts';
import { newDraft } from './new-draft.ts';
import { createSending } from './sending.ts';

type ComposeHandlers = HandlersOf<
  | 'compose.start'
  | 'compose.senders'
  | 'compose.open'
  | 'compose.save'
  | 'compose.discard'
  | 'compose.look'
  | 'compose.send'
>;

type Compose = ComposeHandlers & {
  /** Clears up after every Send that an earlier process did not finish: to be called at the start. */
  finishInterrupted(): Promise<void>;
};

/** The handlers of `compose.*`. */
export function createComposeHandlers(deps: ComposeDeps): Compose {
  const drafts = createDrafts(deps);
  const sending = createSending(deps, drafts);
  const named = (draft: Draft): Draft => ({ ...draft, messageId: draft.messageId || sending.newMessageId() });
  return {
    async 'compose.start'(asked) {
      const { signature, answers } = deps.owner();
      if (asked.kind === 'new') return named(newDraft(signature));
      if (asked.kind === 'mailto') {
        const draft = await takingApart(deps.draftParser.mailto(asked.url, signature));
        if (!draft) throw refusal('not-a-mailto', { url: asked.url.slice(0, 200) });
        return named(draft);
      }
      const { kind, id } = asked;
      const raw = await deps.files.raw(id);
      return named(await takingApart(deps.draftParser.begin({ kind, id, own: drafts.own(), signature, answers }, raw)));
    },
    'compose.senders': async () => knownSenders(drafts.own(), deps.rules(), deps.files.addressees()),
    'compose.open': async ({ id }) =>
      named(await takingApart(deps.draftParser.open(id, drafts.own(), await deps.files.raw(id)))),
    'compose.save': draft => drafts.save(draft),
    async 'compose.discard'({ id }) {
      drafts.mustBeDraft(id);
      await deps.files.remove(id);
      return {};
    },
    'compose.look': async ({ messageId }) => ({ queued: await sending.look(messageId) }),
    'compose.send': asked => sending.send(asked),
    finishInterrupted: () => sending.finishInterrupted(),
  };
}

/** Turns a parse failure into an ApiError. */
async function takingApart<T>(making: Promise<T>): Promise<T> {
  try {
    return await making;
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    throw refusal('message-not-parsed', { why: error.message }, { cause: error });
  }
}
