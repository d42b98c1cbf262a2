// How many connections each network has, and has made within the last minute.
import type { Clock } from '../lib/clock.ts';

export interface NetworkCount {
  /** Open connections that have not logged in. */
  open: number;
  /** Connections made since `sinceMs`. */
  recent: number;
  sinceMs: number;
}

const minuteMs = 60_000;
/** Above this, networks without an open or recent connection are forgotten. */
const manyNetworks = 10_000;

/** @returns the count of a network, to be changed by the caller */
export function createNetworkCounts(clock: Clock): (network: string) => NetworkCount {
  const counts = new Map<string, NetworkCount>();

  function forgetOld(nowMs: number): void {
    for (const [network, { open, sinceMs }] of counts) {
      if (open === 0 && nowMs - sinceMs >= minuteMs) counts.delete(network);
    }
  }

  return network => {
    const nowMs = clock.nowMs();
    const count = counts.get(network) ?? { open: 0, recent: 0, sinceMs: nowMs };
    if (Math.abs(nowMs - count.sinceMs) >= minuteMs) Object.assign(count, { recent: 0, sinceMs: nowMs });
    if (counts.size > manyNetworks) forgetOld(nowMs);
    counts.set(network, count);
    return count;
  };
}
