// Keeps the messages of a mailbox in one order, newest first, as they come and go. Sorting many is done in slices.
import type { TimeSlice } from '../../lib/time-slice.ts';

/** Two orders of the same messages: by what their Date says, and by when their files came here. */
export type OrderBy = 'date' | 'arrival';

/** What an order needs of a message. */
interface Ordered {
  readonly unique: string;
  /** False once it has left the mailbox. */
  readonly here: boolean;
}

interface Order<Entry> {
  /** A message came. */
  add(entry: Entry): void;
  /** A message is gone, or has another time. */
  touch(): void;
  sorted(slice: TimeSlice): Promise<readonly Entry[]>;
}

/** @param entries all messages as they are now @param timeOf what the order goes by */
export function createOrder<Entry extends Ordered>(
  entries: () => Iterable<Entry>,
  timeOf: (entry: Entry) => number,
): Order<Entry> {
  /**
   * Sorted at some time; since then messages may have come (`added`) or gone (`here` is false). Undefined until somebody
   * asks for this order.
   */
  let order: readonly Entry[] | undefined;
  let added: Entry[] = [];
  let changed = false;
  let sorting: Promise<void> | undefined;

  async function sort(slice: TimeSlice): Promise<void> {
    const all = order ? [...order, ...added].filter(entry => entry.here) : [...entries()];
    order ??= [];
    added = [];
    changed = false;
    order = await sortInSlices(all, (a, b) => timeOf(b) - timeOf(a) || (a.unique < b.unique ? 1 : -1), slice);
  }

  return {
    add(entry) {
      if (order) added.push(entry);
      changed = true;
    },
    touch() {
      changed = true;
    },
    async sorted(slice) {
      // A sort that is under way may have missed the latest change: then one more, not as many as changes keep coming.
      if (sorting) await sorting;
      if (changed || !order) {
        sorting ??= sort(slice).finally(() => {
          sorting = undefined;
        });
        await sorting;
      }
      return order ?? [];
    },
  };
}

const sliceLength = 8192;

/** Sorts slices with rests between them; the sort at the end finds ready runs and only merges. */
async function sortInSlices<Entry>(
  entries: Entry[],
  newerFirst: (a: Entry, b: Entry) => number,
  slice: TimeSlice,
): Promise<Entry[]> {
  if (entries.length <= sliceLength) return entries.sort(newerFirst);
  const merged: Entry[] = [];
  for (let at = 0; at < entries.length; at += sliceLength) {
    merged.push(...entries.slice(at, at + sliceLength).sort(newerFirst));
    if (slice.isOver()) await slice.next();
  }
  return merged.sort(newerFirst);
}
