// One mailbox in memory: its messages by unique name, its counts, its order. No disk here.

import type { TimeSlice } from '../../lib/time-slice.ts';
import { type Place, parseFileName, secondsInName } from '../files/names.ts';
import type { Summary } from '../reading/summary.ts';
import { createOrder, type OrderBy } from './order.ts';

/** One message. `place` and `name` are the last ones known: other programs may rename it at any time. */
export interface Entry {
  readonly unique: string;
  place: Place;
  name: string;
  /** Maildir flags and keywords as in the name, sorted. */
  letters: string;
  summary: Summary | undefined;
  /** What the order goes by: the summary's date; before that is known, the time in the name. */
  timeMs: number;
  /** False once the message has left the folder. */
  here: boolean;
}

export interface Folder {
  readonly id: string;
  readonly entries: ReadonlyMap<string, Entry>;
  total(): number;
  unread(): number;
  /** How many messages have no summary yet. */
  undescribed(): number;
  /** Notes that a file exists. Returns the entry if it is new or has another place or name. */
  put(place: Place, name: string): { entry: Entry; added: boolean } | undefined;
  /** Notes that a message is gone. */
  drop(entry: Entry): void;
  /** Notes that the file of this name is not a message but a link or a directory: it is not put again. */
  ignore(entry: Entry): void;
  /** Forgets that about one name, or about all. */
  unignore(name?: string): void;
  describe(entry: Entry, summary: Summary | undefined): void;
  /**
   * All messages, newest first: by Date, before that is known by the time in the name; or by when they came into this
   * folder, which that time says.
   */
  newestFirst(slice: TimeSlice, by?: OrderBy): Promise<readonly Entry[]>;
}

export function createFolder(id: string): Folder {
  const entries = new Map<string, Entry>();
  const aside = new Set<string>();
  let unread = 0;
  let undescribed = 0;
  const all = () => entries.values();
  const orders = {
    date: createOrder(all, entry => entry.timeMs),
    arrival: createOrder(all, entry => timeInName(entry.unique) || entry.timeMs),
  };

  function drop(entry: Entry): void {
    if (!entry.here) return;
    entry.here = false;
    entries.delete(entry.unique);
    unread -= isUnread(entry) ? 1 : 0;
    undescribed -= entry.summary ? 0 : 1;
    orders.date.touch();
    orders.arrival.touch();
  }

  return {
    id,
    entries,
    total: () => entries.size,
    unread: () => unread,
    undescribed: () => undescribed,
    put(place, name) {
      const parsed = parseFileName(name);
      if (!parsed || aside.has(name)) return undefined;
      const known = entries.get(parsed.unique);
      if (known) {
        if (known.place === place && known.name === name) return undefined;
        unread -= isUnread(known) ? 1 : 0;
        Object.assign(known, { place, name, letters: parsed.letters });
        unread += isUnread(known) ? 1 : 0;
        return { entry: known, added: false };
      }
      const { unique, letters } = parsed;
      const timeMs = timeInName(unique);
      const entry: Entry = { unique, place, name, letters, summary: undefined, timeMs, here: true };
      entries.set(entry.unique, entry);
      unread += isUnread(entry) ? 1 : 0;
      undescribed++;
      orders.date.add(entry);
      orders.arrival.add(entry);
      return { entry, added: true };
    },
    drop,
    ignore(entry) {
      aside.add(entry.name);
      drop(entry);
    },
    unignore(name) {
      if (name === undefined) aside.clear();
      else aside.delete(name);
    },
    describe(entry, summary) {
      if (!entry.here) return;
      undescribed += (summary ? 0 : 1) - (entry.summary ? 0 : 1);
      entry.summary = summary;
      const timeMs = summary?.dateMs ?? timeInName(entry.unique);
      if (timeMs === entry.timeMs) return;
      entry.timeMs = timeMs;
      orders.date.touch();
      // If a name has no time, the date is used.
      if (timeInName(entry.unique) === 0) orders.arrival.touch();
    },
    newestFirst: (slice, by = 'date') => orders[by].sorted(slice),
  };
}

function isUnread(entry: Entry): boolean {
  return !entry.letters.includes('S');
}

function timeInName(unique: string): number {
  return (secondsInName(unique) ?? 0) * 1000;
}
