// After wrong passwords the next attempt has to wait, so that guessing stays slow however many connections are made. Attempts
// are counted per name and source, so that a stranger's guesses do not delay the owner; and per source, for many names.
import type { Clock } from '../lib/clock.ts';
import { unknownUser } from './login-source.ts';

/** One attempt, which may now be checked. If neither method is called, it was wrong. */
export interface Attempt {
  succeeded(): void;
  /** The password could not be checked: the attempt does not count. */
  undecided(): void;
}

export interface LoginAttempts {
  /** How long an attempt would have to wait now. */
  waitMs(place: string, name: string): number;
  /**
   * Counts an attempt at once, so that many at the same time count as many, and resolves when it has waited.
   * @param place where the login comes from, see `loginSource`
   */
  begin(place: string, name: string): Promise<Attempt>;
}

/** One typing error costs nothing. */
const freeForName = 1;
const freeForPlace = 20;
const longestMs = 30_000;
/** Where the users of a machine cannot be told apart, any of them could make all others wait. */
const longestForUnknownMs = 5000;
const forgottenMs = 15 * 60_000;
const keptCounts = 10_000;
const keptName = 100;

export function createLoginAttempts(clock: Clock): LoginAttempts {
  const counts = new Map<string, { count: number; atMs: number }>();

  function recent(key: string): number {
    const found = counts.get(key);
    return found && clock.nowMs() - found.atMs < forgottenMs ? found.count : 0;
  }

  function add(key: string, more: number): void {
    const count = recent(key) + more;
    counts.delete(key);
    if (count > 0) counts.set(key, { count, atMs: clock.nowMs() });
    // The ones that were counted longest ago are the first in the map.
    for (const oldest of counts.keys()) {
      if (counts.size <= keptCounts) break;
      counts.delete(oldest);
    }
  }

  function waitFor(key: string, free: number, longest: number): number {
    const counted = recent(key) - free;
    return counted <= 0 ? 0 : Math.min(1000 * 2 ** (counted - 1), longest);
  }

  function waitMs(place: string, name: string): number {
    if (place === unknownUser) return waitFor(keyOf(place, name), freeForName, longestForUnknownMs);
    return Math.max(
      waitFor(keyOf(place, name), freeForName, longestMs),
      waitFor(keyOf(place), freeForPlace, longestMs),
    );
  }

  return {
    waitMs,
    async begin(place, name) {
      const ms = waitMs(place, name);
      const [ofName, all] = [keyOf(place, name), keyOf(place)];
      add(ofName, 1);
      add(all, 1);
      if (ms > 0) await new Promise<void>(resolve => void clock.after(ms, resolve));
      let settled = false;
      const settle = (what: () => void) => () => {
        if (!settled) what();
        settled = true;
      };
      return {
        succeeded: settle(() => {
          counts.delete(ofName);
          add(all, -1);
        }),
        undecided: settle(() => {
          add(ofName, -1);
          add(all, -1);
        }),
      };
    },
  };
}

function keyOf(place: string, name?: string): string {
  return name === undefined ? place : `${place} as ${name.slice(0, keptName)}`;
}
