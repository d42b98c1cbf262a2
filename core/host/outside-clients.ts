// Remembers the last client from another host: the only proof from here that others can reach this one.
import type { CheckAccess } from '../control/access-rules.ts';
import type { Clock } from '../lib/clock.ts';
import { ownAddresses } from '../lib/net/own-addresses.ts';
import { isForOthers, type OutsideClient } from './checks/port-in.ts';

export interface OutsideClients {
  /** The rules, whose every question is about a client that has connected. */
  noting(access: CheckAccess): CheckAccess;
  last(): OutsideClient | undefined;
}

export function createOutsideClients(clock: Clock): OutsideClients {
  let client: OutsideClient | undefined;
  return {
    noting: access => (asked, relayClients) => {
      const ip = asked.TCPREMOTEIP ?? '';
      if (isForOthers(ip) && !ownAddresses().includes(ip)) client = { ip, atMs: clock.nowMs() };
      return access(asked, relayClients);
    },
    last: () => client,
  };
}
