// Moves messages to another mailbox, and deletes them permanently. The list shows it before the host confirms it.
import type { Api } from '../../../core/api/contract.ts';
import { mailboxOf } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';
import { inBatches } from './batches.ts';
import type { MessageList } from './message-list.ts';

type Ids = readonly string[];

export interface MoveActionDeps {
  readonly api: Api;
  readonly list: MessageList;
  readonly toasts: Toasts;
  /** Called before messages are moved: the open draft may be one of them. @returns their ids after that */
  closeDraftAmong(ids: Ids): Promise<Ids>;
  /**
   * Called before messages leave the list, so that the view can open another one. The returned function undoes that: they
   * stay after all.
   */
  leaving(ids: ReadonlySet<string>): () => void;
}

export interface MoveActions {
  /** @param words what is said of so many messages */
  move(to: string, words: (count: number) => string, ids: Ids): Promise<void>;
  removePermanently(ids: Ids): Promise<void>;
}

export function createMoveActions({ api, list, toasts, closeDraftAmong, leaving }: MoveActionDeps): MoveActions {
  /** Takes messages out of the list. The returned functions put them back, and go back to what was open. */
  function takeOut(ids: Ids): { putBack(): void; goBack(): void } {
    const gone = new Set(ids);
    const goBack = leaving(gone);
    return { putBack: list.applyOptimistically({ gone }), goBack };
  }

  const moveAll = (ids: Ids, to: string) =>
    inBatches(ids, async batch => (await api.call('mail.move', { ids: batch, to })).ids);

  async function moveBack(ids: Ids, to: string): Promise<void> {
    const { done, error } = await moveAll(ids, to);
    if (error !== undefined) toasts.failed(error);
    else if (done.length < ids.length) toasts.show(text.selection.missing(ids.length - done.length));
    await list.refresh();
  }

  return {
    async move(to, words, all) {
      const ids = all.filter(id => mailboxOf(id) !== to);
      const [first] = ids;
      if (first === undefined) return;
      const { putBack, goBack } = takeOut(ids);
      let own: Ids;
      try {
        own = await closeDraftAmong(ids);
      } catch (error) {
        putBack();
        goBack();
        return toasts.failed(error);
      }
      const { done, error } = await moveAll(own, to);
      if (done.length > 0) {
        const told = error === undefined ? doneWords(words, done.length, own.length) : words(done.length);
        toasts.did(told, () => void moveBack(done, mailboxOf(first)));
      } else if (error === undefined) toasts.show(text.selection.gone(own.length));
      if (error === undefined) return;
      putBack();
      if (done.length === 0) goBack();
      toasts.failed(error);
    },

    async removePermanently(ids) {
      const { putBack, goBack } = takeOut(ids);
      const { done, error } = await inBatches(ids, async batch => [
        (await api.call('mail.remove', { ids: batch })).removed,
      ]);
      const removed = done.reduce((sum, each) => sum + each, 0);
      if (removed > 0) toasts.show(doneWords(text.did.removed, removed, error === undefined ? ids.length : removed));
      else if (error === undefined) toasts.show(text.selection.gone(ids.length));
      if (error === undefined) return;
      putBack();
      if (removed === 0) goBack();
      toasts.failed(error);
    },
  };
}

/** What was done, and how many messages were no longer there. */
function doneWords(words: (count: number) => string, done: number, asked: number): string {
  return done < asked ? text.selection.someMissing(words(done), asked - done) : words(done);
}
