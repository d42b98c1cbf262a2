// Hosts that did not answer lately (qmail's tcpto): they are left alone for about an hour, so that a host that is
// down does not hold a delivery slot for a whole connect timeout again and again.
import type { Clock } from '../lib/clock.ts';

/** The table of hosts that timed out. */
export interface TcpTo {
  /** Is this host to be left alone now? */
  isResting(ip: string): boolean;
  /** The host answered: it starts afresh. */
  connected(ip: string): void;
  /** A connection attempt timed out; a refusal does not count. */
  timedOut(ip: string): void;
  /** Forgets everything (qmail-tcpok), e.g. when the network comes back. */
  clear(): void;
}

interface Entry {
  count: number;
  atMs: number;
}

const maxEntries = 64;
const maxCount = 10;
const sameTimeoutMs = 120_000;

/** @param random from 0 up to 1: spreads the end of the rest, 64 to 97 minutes after the last timeout */
export function createTcpTo(clock: Clock, random: () => number = Math.random): TcpTo {
  const table = new Map<string, Entry>();

  function makeRoom(): void {
    if (table.size < maxEntries) return;
    const worth = ({ atMs, count }: Entry): number => atMs + 1_024_000 * count;
    const [least] = [...table].sort(([, a], [, b]) => worth(a) - worth(b));
    if (least) table.delete(least[0]);
  }

  return {
    isResting(ip) {
      const entry = table.get(ip);
      if (!entry || entry.count < 2) return false;
      const restMs = (60 + Math.floor(random() * 32)) * 64_000;
      return clock.nowMs() - entry.atMs < restMs;
    },
    connected: ip => void table.delete(ip),
    timedOut(ip) {
      const nowMs = clock.nowMs();
      const entry = table.get(ip);
      // Deliveries that waited at the same time saw the same failure: it counts once.
      if (entry && nowMs < entry.atMs + sameTimeoutMs) return;
      if (!entry) makeRoom();
      table.set(ip, { count: Math.min((entry?.count ?? 0) + 1, maxCount), atMs: nowMs });
    },
    clear: () => table.clear(),
  };
}
