// Shows what the owner did to messages of the list before the host confirms it, and undoes that when the host refuses.
import { batch, type ReadonlySignal } from '@preact/signals';
import type { Flag } from '../../../core/api/mail.ts';
import type { FetchedRows } from './fetched-rows.ts';
import { withFlags, withoutIds } from './loaded-rows.ts';
import type { Selection } from './selection.ts';

/** Messages that leave the list, or get other flags. */
export type Change = { gone: ReadonlySet<string> } | { ids: ReadonlySet<string>; add: Flag[]; remove: Flag[] };

export interface OptimisticDeps {
  readonly fetched: FetchedRows;
  readonly selection: Selection;
  readonly active: ReadonlySignal<{ readonly id: string } | undefined>;
}

/** @returns shows a change, and returns the function that undoes it */
export function createOptimisticChanges({
  fetched,
  selection,
  active,
}: OptimisticDeps): (change: Change) => () => void {
  const { rows, total, refresh } = fetched;

  function leave(gone: ReadonlySet<string>): void {
    const fetchedIds = new Set([...rows.value.values()].map(({ id }) => id));
    const leaving = [...gone].filter(id => fetchedIds.has(id)).length;
    const isListed = (id: string) => selection.ids.value.has(id) || active.value?.id === id || fetchedIds.has(id);
    const count = [...gone].filter(isListed).length;
    // If some of them were never fetched, it is unknown how far the other rows move up: all are fetched again.
    rows.value = count > leaving ? new Map() : withoutIds(rows.value, gone);
    total.value -= count;
    selection.without(gone);
  }

  return change => {
    const selected = selection.ids.value;
    const putBack = fetched.checkpoint();
    batch(() => {
      if ('gone' in change) leave(change.gone);
      else rows.value = withFlags(rows.value, change.ids, change.add, change.remove);
    });
    return () => {
      batch(() => {
        if (putBack()) selection.restore(selected);
      });
      void refresh();
    };
  };
}
