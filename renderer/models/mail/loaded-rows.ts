// The rows of a mailbox that were fetched, by index. Pure functions.
import type { Flag, MessageRow } from '../../../core/api/mail.ts';

export type LoadedRows = ReadonlyMap<number, MessageRow>;

/** The index of a message whose row was fetched. */
export function indexOf(rows: LoadedRows, id: string): number | undefined {
  for (const [index, row] of rows) if (row.id === id) return index;
  return undefined;
}

/** The rows without some messages: those below move up. */
export function withoutIds(rows: LoadedRows, ids: ReadonlySet<string>): LoadedRows {
  const kept = new Map<number, MessageRow>();
  let gone = 0;
  for (const [index, row] of [...rows].sort(([a], [b]) => a - b)) {
    if (ids.has(row.id)) gone += 1;
    else kept.set(index - gone, row);
  }
  return kept;
}

/** Flags after a change, in the fixed order of a Maildir name. */
export function changedFlags(flags: readonly Flag[], add: readonly Flag[], remove: readonly Flag[]): Flag[] {
  const result = new Set([...flags, ...add]);
  for (const flag of remove) result.delete(flag);
  return [...result].sort();
}

/** The rows with some flags changed. */
export function withFlags(
  rows: LoadedRows,
  ids: ReadonlySet<string>,
  add: readonly Flag[],
  remove: readonly Flag[],
): LoadedRows {
  return new Map(
    [...rows].map(([index, row]) => [
      index,
      ids.has(row.id) ? { ...row, flags: changedFlags(row.flags, add, remove) } : row,
    ]),
  );
}

/** The message to go to when some leave: the next one below the active row, else the nearest one above. */
export function neighbour(rows: LoadedRows, activeIndex: number, leaving: ReadonlySet<string>): MessageRow | undefined {
  const staying = [...rows].filter(([, row]) => !leaving.has(row.id)).sort(([a], [b]) => a - b);
  return (staying.find(([index]) => index >= activeIndex) ?? staying.at(-1))?.[1];
}
