// Connects to a server, skipping addresses that timed out recently (qmail's tcpto), and updates that table.

import { type Dial, DialTimeout } from '../../conversation/channel.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { displayAddress } from '../../message/address.ts';
import { type Attempt, type Connected, connectFirst } from './connect-first.ts';
import type { TcpTo } from './tcpto.ts';

/** What connecting needs. */
export interface ConnectDeps {
  readonly clock: Clock;
  readonly dial: Dial;
  /** Hosts that timed out and are not tried for a while. */
  readonly tcpto: TcpTo;
  /** Gets a line for every address that could not be reached, with the reason. */
  readonly log: LogLine;
}

/** The server to connect to. */
interface Wanted {
  /** Of one server. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** The domain that the mail is for. */
  readonly domain: string;
  readonly timeoutMs: number;
  /** Where connections come from; undefined: the system chooses. */
  readonly localIp: string | undefined;
  /** Another port is tried at the same addresses afterwards: a timeout does not mean that the host is down. */
  readonly isTrial: boolean;
}

/** @param failed gets the addresses that did not connect @returns undefined: none of them did */
export type Connect = (wanted: Wanted, failed?: Set<string>) => Promise<Connected | undefined>;

export function createConnect({ clock, dial, tcpto, log }: ConnectDeps): Connect {
  return ({ addresses, port, domain, timeoutMs, localIp, isTrial }, failed) => {
    const tell = (ip: string, why: string): void =>
      log(`remote: ${ip} port ${port} for ${displayAddress(domain)}: ${why}`);
    const attempt: Attempt = async (ip, lost) => {
      if (tcpto.isResting(ip)) {
        tell(ip, 'timed out recently, not tried');
        return undefined;
      }
      try {
        const socket = await dial(ip, port, timeoutMs, lost, localIp);
        tcpto.connected(ip);
        return socket;
      } catch (error) {
        // The attempt was cancelled early and says nothing about the host.
        if (lost.aborted) return undefined;
        if (error instanceof DialTimeout && !isTrial) tcpto.timedOut(ip);
        tell(ip, reasonOf(error));
        return undefined;
      }
    };
    return connectFirst(addresses, attempt, clock, failed);
  };
}
