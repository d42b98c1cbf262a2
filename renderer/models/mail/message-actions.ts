// What can be done to messages from the list and the reader; every change can be undone but the last delete. Each action is
// about the messages that it is given, and says for how many it was done.
import { signal } from '@preact/signals';
import type { Api } from '../../../core/api/contract.ts';
import { type Flag, mailboxOf } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';
import { inBatches } from './batches.ts';
import { changedFlags } from './loaded-rows.ts';
import { type Mailboxes, mailboxName } from './mailboxes.ts';
import type { MessageList } from './message-list.ts';
import type { Reader } from './reader.ts';

type Ids = readonly string[];

export interface ActionDeps {
  readonly api: Api;
  readonly list: MessageList;
  readonly mailboxes: Mailboxes;
  readonly reader: () => Reader;
  readonly toasts: Toasts;
  /** What an action is about that is given no messages: a key. */
  targets(): Ids;
  /** Called before messages are moved or deleted: one may be a draft that is being written. Answers their ids after that. */
  closeDraftAmong(ids: Ids): Promise<Ids>;
  /**
   * Called with the ids before they leave the list, so that the view can go on to another message. What it answers goes back
   * to them: they stay after all.
   */
  leaving(ids: ReadonlySet<string>): () => void;
}

export type MessageActions = ReturnType<typeof createMessageActions>;

export function createMessageActions(deps: ActionDeps) {
  const { api, list, mailboxes, reader, toasts, targets, closeDraftAmong, leaving } = deps;
  /** Messages that wait for a yes before they are deleted for good. */
  const removing = signal<Ids>([]);

  function flagsOf(id: string): readonly Flag[] | undefined {
    const shown = reader().message.value;
    if (shown?.id === id) return shown.flags;
    for (const row of list.rows.value.values()) if (row.id === id) return row.flags;
    return undefined;
  }

  /** @returns which have other flags now; undefined: it was refused */
  async function flag(ids: Ids, add: Flag[], remove: Flag[]): Promise<Ids | undefined> {
    const set = new Set(ids);
    const takeBack = [
      list.applyOptimistically({ ids: set, add, remove }),
      reader().applyOptimistically(set, was => changedFlags(was, add, remove)),
    ];
    const { done, error } = await inBatches(
      ids,
      async piece => (await api.call('mail.flag', { ids: piece, add, remove })).ids,
    );
    if (error === undefined) return done;
    for (const each of takeBack) each();
    toasts.failed(error);
    return undefined;
  }

  async function setFlag(which: Flag, on: boolean, ids: Ids): Promise<Ids | undefined> {
    return on ? flag(ids, [which], []) : flag(ids, [], [which]);
  }

  type FlagWords = { on(count: number): string; off(count: number): string };

  async function setFlagAndTell(which: Flag, on: boolean, words: FlagWords, ids: Ids): Promise<void> {
    if (ids.length === 0) return;
    const changed = await setFlag(which, on, ids);
    if (changed) tellFlags(which, on, words, changed);
  }

  function tellFlags(which: Flag, on: boolean, words: FlagWords, changed: Ids): void {
    if (changed.length === 0) toasts.show(text.selection.unchanged);
    else {
      const told = on ? words.on(changed.length) : words.off(changed.length);
      toasts.did(told, () => void setFlag(which, !on, changed));
    }
  }

  /** Sets the flag on all, or takes it from all when all have it. */
  async function toggle(which: Flag, words: FlagWords, ids: Ids): Promise<void> {
    if (ids.length === 0) return;
    const known = ids.map(flagsOf);
    const on = !known.every(flags => flags?.includes(which));
    const changed = await setFlag(which, on, ids);
    if (!changed) return;
    // The flags of rows that were never fetched are the host's to know.
    if (on && changed.length === 0 && known.includes(undefined)) await setFlagAndTell(which, false, words, ids);
    else tellFlags(which, on, words, changed);
  }

  async function move(to: string, words: (count: number) => string, all: Ids): Promise<void> {
    const ids = all.filter(id => mailboxOf(id) !== to);
    const [first] = ids;
    if (first === undefined) return;
    const set = new Set(ids);
    const goBack = leaving(set);
    const takeBack = list.applyOptimistically({ gone: set });
    let own: Ids;
    try {
      own = await closeDraftAmong(ids);
    } catch (error) {
      takeBack();
      goBack();
      return toasts.failed(error);
    }
    const { done, error } = await inBatches(own, async piece => (await api.call('mail.move', { ids: piece, to })).ids);
    if (done.length > 0) {
      const told = error === undefined ? doneWords(words, done.length, own.length) : words(done.length);
      toasts.did(told, () => void moveBack(done, mailboxOf(first)));
    } else if (error === undefined) toasts.show(text.selection.gone(own.length));
    if (error === undefined) return;
    takeBack();
    if (done.length === 0) goBack();
    toasts.failed(error);
  }

  async function moveBack(ids: Ids, to: string): Promise<void> {
    const { done, error } = await inBatches(ids, async piece => (await api.call('mail.move', { ids: piece, to })).ids);
    if (error !== undefined) toasts.failed(error);
    else if (done.length < ids.length) toasts.show(text.selection.missing(ids.length - done.length));
    await list.refresh();
  }

  const seenWords = { on: text.did.read, off: text.did.unread };
  const flagWords = { on: text.did.flagged, off: text.did.unflagged };

  return {
    removing,
    markSeen: (id: string) => flag([id], ['S'], []),
    setSeen: (on: boolean, ids: Ids) => setFlagAndTell('S', on, seenWords, ids),
    setFlagged: (on: boolean, ids: Ids) => setFlagAndTell('F', on, flagWords, ids),
    toggleSeen: (ids = targets()) => toggle('S', seenWords, ids),
    toggleFlag: (ids = targets()) => toggle('F', flagWords, ids),
    archive: (ids = targets()) => move(mailboxes.idOf('archive'), text.did.archived, ids),
    moveTo(id: string, ids: Ids) {
      const mailbox = mailboxes.byId(id);
      return move(id, count => text.did.moved(count, mailbox ? mailboxName(mailbox) : id), ids);
    },
    /** To the trash; from the trash for good, after a question. */
    async trash(ids = targets()) {
      const trash = mailboxes.idOf('trash');
      const [first] = ids;
      if (first === undefined) return;
      if (mailboxOf(first) === trash) removing.value = ids;
      else await move(trash, text.did.trashed, ids);
    },
    async removePermanently() {
      const ids = removing.value;
      const set = new Set(ids);
      removing.value = [];
      const goBack = leaving(set);
      const takeBack = list.applyOptimistically({ gone: set });
      const { done, error } = await inBatches(ids, async piece => [
        (await api.call('mail.remove', { ids: piece })).removed,
      ]);
      const removed = done.reduce((sum, each) => sum + each, 0);
      if (removed > 0) toasts.show(doneWords(text.did.removed, removed, error === undefined ? ids.length : removed));
      else if (error === undefined) toasts.show(text.selection.gone(ids.length));
      if (error === undefined) return;
      takeBack();
      if (removed === 0) goBack();
      toasts.failed(error);
    },
    cancelRemoval() {
      removing.value = [];
    },
  };
}

/** What was done, and for how many it could not be because they had gone. */
function doneWords(words: (count: number) => string, done: number, asked: number): string {
  return done < asked ? `${words(done)}; ${text.selection.missing(asked - done)}` : words(done);
}
