// Wrong passwords make the next attempt from the same address wait: guessing stays slow however many connections are made.
import type { Clock } from './clock.ts';

export interface SlowDown {
  /** How long an attempt from this address has to wait now. */
  waitMs(address: string): number;
  /** Resolves when the address has waited. */
  wait(address: string): Promise<void>;
  failed(address: string): void;
  succeeded(address: string): void;
}

/** A slip of the finger costs nothing. */
const freeFailures = 1;
const longestMs = 30_000;
const forgottenMs = 15 * 60_000;
const keptAddresses = 10_000;

export function createSlowDown(clock: Clock): SlowDown {
  const failures = new Map<string, { count: number; atMs: number }>();

  function recent(address: string): number {
    const found = failures.get(address);
    return found && clock.nowMs() - found.atMs < forgottenMs ? found.count : 0;
  }

  function waitMs(address: string): number {
    const counted = recent(address) - freeFailures;
    return counted <= 0 ? 0 : Math.min(1000 * 2 ** (counted - 1), longestMs);
  }

  return {
    waitMs,
    wait(address) {
      const ms = waitMs(address);
      return ms === 0 ? Promise.resolve() : new Promise(resolve => void clock.after(ms, resolve));
    },
    failed(address) {
      const count = recent(address) + 1;
      failures.delete(address);
      failures.set(address, { count, atMs: clock.nowMs() });
      // The ones that failed longest ago are the first in the map.
      for (const oldest of failures.keys()) {
        if (failures.size <= keptAddresses) break;
        failures.delete(oldest);
      }
    },
    succeeded: address => void failures.delete(address),
  };
}
