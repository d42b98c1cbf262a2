// What can be done to messages from the list and the reader; every change can be undone but the last delete.
import { signal } from '@preact/signals';
import type { Api } from '../../core/api/contract.ts';
import type { Flag } from '../../core/api/mail.ts';
import { text } from '../text/en.ts';
import { type Mailboxes, mailboxName } from './mailboxes.ts';
import type { MessageList } from './message-list.ts';
import { changedFlags } from './message-rows.ts';
import type { Reader } from './reader.ts';
import type { Toasts } from './toasts.ts';

export interface ActionDeps {
  readonly api: Api;
  readonly list: MessageList;
  readonly mailboxes: Mailboxes;
  readonly reader: () => Reader;
  readonly toasts: Toasts;
  /** Called before messages are moved or deleted: one may be a draft that is being written. Answers their ids after that. */
  letGo(ids: readonly string[]): Promise<readonly string[]>;
  /** Called with the ids before they leave the list, so that the view can go on to another message. */
  leaving(ids: ReadonlySet<string>): void;
}

export type MessageActions = ReturnType<typeof createMessageActions>;

export function createMessageActions({ api, list, mailboxes, reader, toasts, letGo, leaving }: ActionDeps) {
  /** Messages that wait for a yes before they are deleted for good. */
  const removing = signal<readonly string[]>([]);

  function flagsOf(id: string): readonly Flag[] | undefined {
    const shown = reader().message.value;
    if (shown?.id === id) return shown.flags;
    for (const row of list.rows.value.values()) if (row.id === id) return row.flags;
    return undefined;
  }

  async function flag(ids: readonly string[], add: Flag[], remove: Flag[]): Promise<boolean> {
    const set = new Set(ids);
    list.foresee({ ids: set, add, remove });
    reader().foresee(set, before => changedFlags(before, add, remove));
    try {
      await api.call('mail.flag', { ids: [...ids], add, remove });
      return true;
    } catch (error) {
      toasts.failed(error);
      list.refresh();
      return false;
    }
  }

  /** Sets the flag on all, or takes it from all when all have it. */
  async function toggle(which: Flag, words: { on(count: number): string; off(count: number): string }): Promise<void> {
    const targets = list.targets();
    if (targets.length === 0) return;
    const on = !targets.every(id => flagsOf(id)?.includes(which));
    const changing = targets.filter(id => flagsOf(id)?.includes(which) !== on);
    const done = await flag(changing, on ? [which] : [], on ? [] : [which]);
    if (!done) return;
    toasts.show(on ? words.on(changing.length) : words.off(changing.length), {
      label: text.shell.undo,
      run: () => flag(changing, on ? [] : [which], on ? [which] : []),
    });
  }

  async function move(to: string, words: (count: number) => string, ids = list.targets()): Promise<void> {
    const from = list.mailbox.value;
    if (ids.length === 0 || to === from) return;
    const set = new Set(ids);
    leaving(set);
    list.foresee({ gone: set });
    try {
      const moved = await api.call('mail.move', { ids: [...(await letGo(ids))], to });
      toasts.show(words(moved.ids.length), { label: text.shell.undo, run: () => moveBack(moved.ids, from) });
    } catch (error) {
      toasts.failed(error);
      list.refresh();
    }
  }

  async function moveBack(ids: readonly string[], to: string): Promise<void> {
    try {
      await api.call('mail.move', { ids: [...ids], to });
      await list.refresh();
    } catch (error) {
      toasts.failed(error);
    }
  }

  return {
    removing,
    flagsOf,
    markSeen: (id: string) => flag([id], ['S'], []),
    toggleSeen: () => toggle('S', { on: text.did.read, off: text.did.unread }),
    toggleFlag: () => toggle('F', { on: text.did.flagged, off: text.did.unflagged }),
    archive: () => move(mailboxes.idOf('archive'), text.did.archived),
    moveTo(id: string, ids?: readonly string[]) {
      const mailbox = mailboxes.byId(id);
      return move(id, count => text.did.moved(count, mailbox ? mailboxName(mailbox) : id), ids);
    },
    /** To the trash; from the trash for good, after a question. */
    trash() {
      const trash = mailboxes.idOf('trash');
      if (list.mailbox.value !== trash) return move(trash, text.did.trashed);
      removing.value = list.targets();
      return Promise.resolve();
    },
    async removeForGood() {
      const ids = removing.value;
      const set = new Set(ids);
      removing.value = [];
      leaving(set);
      list.foresee({ gone: set });
      try {
        const { removed } = await api.call('mail.remove', { ids: [...ids] });
        toasts.show(text.did.removed(removed));
      } catch (error) {
        toasts.failed(error);
        list.refresh();
      }
    },
    keepAfterAll() {
      removing.value = [];
    },
  };
}
