// Gathers the names that watches report, so that files that change together are looked at together.
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { Place } from '../files/names.ts';

export interface NoticedNames {
  /** @param name null: any file of that place may have changed */
  add(place: Place, name: string | null): void;
  /** What was gathered until now; `everything`: too much for single names. */
  take(): 'everything' | ReadonlyMap<Place, ReadonlySet<string>>;
  readonly close: Dispose;
}

export interface NoticedNamesDeps {
  readonly clock: Clock;
  /** How many messages the mailbox has. */
  total(): number;
  /** Some names were gathered: take them. */
  ready(): void;
}

// Events come in groups: a move is two.
const gatherMs = 20;
// When very much mail arrives, the processor is needed for that: the reader looks twice a second.
const busyGatherMs = 500;
const busyNames = 32;
// For more names than this, and a good part of the mailbox, the whole directory is read.
const manyNames = 512;

export function createNoticedNames({ clock, total, ready }: NoticedNamesDeps): NoticedNames {
  let named = new Map<Place, Set<string>>();
  let everything = false;
  /** More names came than a person can follow. */
  let busy = false;
  let cancel: Dispose | undefined;

  return {
    add(place, name) {
      const names = named.get(place) ?? new Set();
      named.set(place, names);
      if (name === null || names.size >= Math.max(manyNames, total() / 8)) everything = true;
      else names.add(name);
      cancel ??= clock.after(busy ? busyGatherMs : gatherMs, () => {
        cancel = undefined;
        ready();
      });
    },
    take() {
      const names = named;
      const all = everything;
      named = new Map();
      everything = false;
      busy = all || [...names.values()].some(({ size }) => size >= busyNames);
      return all ? 'everything' : names;
    },
    close: () => cancel?.(),
  };
}
