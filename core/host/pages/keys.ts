// Keys in the addresses of a page: each is valid once, and for a short time. They are in memory only.
import type { Clock } from '../../lib/clock.ts';

export interface Keys {
  /** @param ended is called once: when the key is spent, too old, or forgotten */
  make(user: string, lifeMs: number, ended?: () => void): string;
  /** @returns the user for whom the key was made; undefined: it never existed, was spent, or is too old */
  spend(key: string): string | undefined;
  /** Forgets all keys. */
  clear(): void;
}

/** More than a person needs. */
const mostKeys = 100;

export function createKeys(deps: { readonly clock: Clock; random(): string }): Keys {
  const live = new Map<string, { readonly user: string; end(): void }>();

  return {
    make(user, lifeMs, ended = () => {}) {
      const key = deps.random();
      const cancel = deps.clock.after(lifeMs, () => live.get(key)?.end());
      live.set(key, {
        user,
        end() {
          cancel();
          live.delete(key);
          ended();
        },
      });
      if (live.size > mostKeys) live.values().next().value?.end();
      return key;
    },
    spend(key) {
      const found = live.get(key);
      found?.end();
      return found?.user;
    },
    clear() {
      for (const { end } of live.values()) end();
    },
  };
}
