// What the list and the reader show after messages have left: the next message, and the old one again when they stay after all.
import { indexOf, neighbour } from './loaded-rows.ts';
import type { MessageList } from './message-list.ts';
import type { Reader } from './reader.ts';

export interface FollowOnDeps {
  readonly list: MessageList;
  readonly reader: () => Reader;
  /** There is no room for the reader beside the list. */
  isSinglePane(): boolean;
}

/** @returns a function to call before messages leave the list, which returns the way back */
export function createFollowOn({ list, reader, isSinglePane }: FollowOnDeps) {
  const now = () => ({ active: list.active.value, open: reader().id.value });

  function goOn(ids: ReadonlySet<string>): void {
    const { active, open } = now();
    const next = active && ids.has(active.id) ? nextAfter(active.index, ids) : undefined;
    if (active && ids.has(active.id)) {
      if (next) list.activate(next);
      else list.deactivate();
    }
    if (open === undefined || !ids.has(open)) return;
    // After several, no message opens by itself: it would be marked as read.
    if (next && ids.size === 1 && !isSinglePane()) reader().open(next.id, 'passing');
    else reader().close();
  }

  /** The message next to those that leave, at the index that it will have then. */
  function nextAfter(activeIndex: number, leaving: ReadonlySet<string>) {
    const rows = list.rows.value;
    const next = neighbour(rows, activeIndex, leaving);
    if (!next) return undefined;
    const index = indexOf(rows, next.id) ?? 0;
    const goneAbove = [...rows].filter(([at, row]) => at < index && leaving.has(row.id)).length;
    return { id: next.id, index: index - goneAbove };
  }

  return (ids: ReadonlySet<string>): (() => void) => {
    const before = now();
    goOn(ids);
    const after = now();
    return () => {
      // The owner has opened another message meanwhile.
      if (list.active.value?.id !== after.active?.id || reader().id.value !== after.open) return;
      if (before.active) list.activate(before.active);
      if (before.open !== undefined) reader().open(before.open, 'now');
    };
  };
}
