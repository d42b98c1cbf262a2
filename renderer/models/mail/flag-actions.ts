// Marks messages as read or flagged, and the reverse. Undo changes only the messages that the action changed.
import type { Api } from '../../../core/api/contract.ts';
import type { Flag } from '../../../core/api/mail.ts';
import { text } from '../../text/en.ts';
import type { Toasts } from '../toasts.ts';
import { inBatches } from './batches.ts';
import { changedFlags } from './loaded-rows.ts';
import type { MessageList } from './message-list.ts';
import type { Reader } from './reader.ts';

type Ids = readonly string[];
type FlagWords = { on(count: number): string; off(count: number): string };

export interface FlagActionDeps {
  readonly api: Api;
  readonly list: MessageList;
  readonly reader: () => Reader;
  readonly toasts: Toasts;
}

export function createFlagActions({ api, list, reader, toasts }: FlagActionDeps) {
  function flagsOf(id: string): readonly Flag[] | undefined {
    const shown = reader().message.value;
    if (shown?.id === id) return shown.flags;
    for (const row of list.rows.value.values()) if (row.id === id) return row.flags;
    return undefined;
  }

  /** @returns the messages whose flags have changed; undefined when the host refused */
  async function change(ids: Ids, add: Flag[], remove: Flag[]): Promise<Ids | undefined> {
    const set = new Set(ids);
    const takeBack = [
      list.applyOptimistically({ ids: set, add, remove }),
      reader().applyOptimistically(set, was => changedFlags(was, add, remove)),
    ];
    const { done, error } = await inBatches(
      ids,
      async batch => (await api.call('mail.flag', { ids: batch, add, remove })).ids,
    );
    if (error === undefined) return done;
    for (const each of takeBack) each();
    toasts.failed(error);
    return undefined;
  }

  function set(which: Flag, on: boolean, ids: Ids): Promise<Ids | undefined> {
    return on ? change(ids, [which], []) : change(ids, [], [which]);
  }

  async function setAndTell(which: Flag, on: boolean, words: FlagWords, ids: Ids): Promise<void> {
    if (ids.length === 0) return;
    const changed = await set(which, on, ids);
    if (changed) tell(which, on, words, changed);
  }

  function tell(which: Flag, on: boolean, words: FlagWords, changed: Ids): void {
    if (changed.length === 0) toasts.show(text.selection.unchanged);
    else {
      const told = on ? words.on(changed.length) : words.off(changed.length);
      toasts.did(told, () => void set(which, !on, changed));
    }
  }

  /** Sets the flag on all messages, or removes it when all have it. */
  async function toggle(which: Flag, words: FlagWords, ids: Ids): Promise<void> {
    if (ids.length === 0) return;
    const known = ids.map(flagsOf);
    const on = !known.every(flags => flags?.includes(which));
    const changed = await set(which, on, ids);
    if (!changed) return;
    // Only the host knows the flags of rows that were not fetched.
    if (on && changed.length === 0 && known.includes(undefined)) await setAndTell(which, false, words, ids);
    else tell(which, on, words, changed);
  }

  const seenWords = { on: text.did.read, off: text.did.unread };
  const flagWords = { on: text.did.flagged, off: text.did.unflagged };

  return {
    markSeen: (id: string) => change([id], ['S'], []),
    setSeen: (on: boolean, ids: Ids) => setAndTell('S', on, seenWords, ids),
    setFlagged: (on: boolean, ids: Ids) => setAndTell('F', on, flagWords, ids),
    toggleSeen: (ids: Ids) => toggle('S', seenWords, ids),
    toggleFlag: (ids: Ids) => toggle('F', flagWords, ids),
  };
}
