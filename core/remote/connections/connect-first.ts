// Connects to one of a server's addresses without waiting for those that do not answer (RFC 8305, "happy eyeballs"): the address
// families alternate, each attempt has a head start of a quarter of a second, and the first connection wins.
import type { Socket } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../lib/clock.ts';

/** The connection that won. */
export interface Connected {
  readonly ip: string;
  readonly socket: Socket;
}

/** One attempt; undefined: it failed, or was cancelled because another one won. Never throws. */
export type Attempt = (ip: string, lost: AbortSignal) => Promise<Socket | undefined>;

/** RFC 8305 section 5: the recommended delay. */
const headStartMs = 250;

/**
 * @param failed gets every address that was tried and did not connect
 * @returns undefined if all have failed
 */
export function connectFirst(
  addresses: readonly string[],
  attempt: Attempt,
  clock: Clock,
  failed: Set<string> = new Set(),
): Promise<Connected | undefined> {
  const inTurn = bothFamilies(addresses);
  const race = new AbortController();
  let running = 0;
  let cancelNext = (): void => {};

  return new Promise(resolve => {
    function end(connected: Connected | undefined): void {
      cancelNext();
      race.abort();
      resolve(connected);
    }

    function startNext(): void {
      cancelNext();
      const ip = inTurn.shift();
      if (ip === undefined) {
        if (running === 0) end(undefined);
        return;
      }
      running++;
      void attempt(ip, race.signal).then(socket => {
        running--;
        if (race.signal.aborted) socket?.destroy();
        else if (socket) end({ ip, socket });
        else {
          failed.add(ip);
          startNext();
        }
      });
      if (inTurn.length > 0) cancelNext = clock.after(headStartMs, startNext);
    }

    startNext();
  });
}

/** The addresses in the order in which they are tried: the families alternate, beginning with that of the first address. */
export function bothFamilies(addresses: readonly string[]): string[] {
  const [first = ''] = addresses;
  const leading = addresses.filter(ip => isIPv6(ip) === isIPv6(first));
  const other = addresses.filter(ip => isIPv6(ip) !== isIPv6(first));
  return leading.flatMap((ip, at) => [ip, ...other.slice(at, at + 1)]).concat(other.slice(leading.length));
}
