// How many clients a server has at once, in all and from one address, and how often one address may come: a single client
// cannot take every place.
import type { Clock } from './clock.ts';
import type { Dispose } from './dispose.ts';

/** 0 stands for no limit. */
export interface ConnectionLimits {
  /** Clients at the same time. */
  readonly total: number;
  /** Clients at the same time from one address (of IPv6: one /64 network). */
  readonly perAddress: number;
  /** Connections within a minute from one address. */
  readonly perMinute: number;
}

/** Why a client cannot stay. */
export type Crowd = 'total' | 'perAddress' | 'perMinute';

/** Counts the clients of one server. */
export interface ConnectionCounter {
  /**
   * A client comes.
   * @param known it is one of ours: only the total counts
   * @returns what to call when it leaves, or why it has to go at once
   */
  enter(ip: string, known: boolean, limits: ConnectionLimits): Dispose | Crowd;
}

interface Visits {
  open: number;
  /** Connections since `sinceMs`. */
  recent: number;
  sinceMs: number;
}

const minuteMs = 60_000;
const manyAddresses = 10_000;

export function createConnectionCounter(clock: Clock): ConnectionCounter {
  const byAddress = new Map<string, Visits>();
  let open = 0;

  function visitsOf(address: string): Visits {
    const nowMs = clock.nowMs();
    const visits = byAddress.get(address) ?? { open: 0, recent: 0, sinceMs: nowMs };
    if (Math.abs(nowMs - visits.sinceMs) >= minuteMs) Object.assign(visits, { recent: 0, sinceMs: nowMs });
    if (byAddress.size > manyAddresses) forgetOld(nowMs);
    byAddress.set(address, visits);
    return visits;
  }

  function forgetOld(nowMs: number): void {
    for (const [address, { open, sinceMs }] of byAddress) {
      if (open === 0 && nowMs - sinceMs >= minuteMs) byAddress.delete(address);
    }
  }

  return {
    enter(ip, known, { total, perAddress, perMinute }) {
      const visits = visitsOf(networkOf(ip));
      visits.recent++;
      if (total > 0 && open >= total) return 'total';
      if (!known && perAddress > 0 && visits.open >= perAddress) return 'perAddress';
      if (!known && perMinute > 0 && visits.recent > perMinute) return 'perMinute';
      open++;
      visits.open++;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        open--;
        visits.open--;
      };
    },
  };
}

/** Whoever has one IPv6 address has its whole /64. */
function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':').length : 0;
  while (tail !== undefined && groups.length + after < 8) groups.push('0');
  return `${groups.slice(0, 4).join(':')}::`;
}
