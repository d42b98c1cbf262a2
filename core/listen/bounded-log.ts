// Log lines about clients that are refused: the first ones per network and minute are written, the others only counted, so that
// clients that connect without end do not push everything else out of the log.
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { networkOf } from '../lib/net/network-of.ts';

/** Writes a line about a client at that address, or counts it. */
export type BoundedLog = (ip: string, line: string) => void;

const linesPerMinute = 20;
const minuteMs = 60_000;
/** Above this number, further networks share one count. */
const manyNetworks = 1000;
const others = 'other addresses';

export function createBoundedLog(clock: Clock, log: LogLine): BoundedLog {
  const counts = new Map<string, number>();

  function report(network: string): void {
    const more = (counts.get(network) ?? 0) - linesPerMinute;
    counts.delete(network);
    if (more > 0) log(`deny ${more} more from ${network} within a minute`);
  }

  return (ip, line) => {
    const own = networkOf(ip);
    const network = counts.has(own) || counts.size < manyNetworks ? own : others;
    const count = (counts.get(network) ?? 0) + 1;
    if (count === 1) clock.after(minuteMs, () => report(network));
    counts.set(network, count);
    if (count <= linesPerMinute) log(line);
  };
}
