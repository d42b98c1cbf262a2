// The names of clients (TCPREMOTEHOST, TCPREMOTEINFO), looked up before their sessions where control/tcpremotehost and
// control/tcpremoteinfo ask for it.
import type { Socket } from 'node:net';
import type { Control } from '../control/control.ts';
import { openDns, perServers } from '../lib/net/dns.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import { reasonOf } from '../lib/user-error.ts';
import { clientNames } from '../ucspi/tcp-names.ts';
import type { BoundedLog } from './bounded-log.ts';

/** At most this many clients are looked up at the same time: a slow server would make all others wait. */
const mostLookups = 100;

/** @returns the names, once they are known; undefined: there is no lookup. @param identPort for tests */
export function createClientLookup(
  log: BoundedLog,
  identPort?: number,
): (socket: Socket, control: Control) => Promise<Environment> | undefined {
  const dnsOf = perServers(servers => openDns(servers, { timeout: 2000, tries: 2 }));
  let running = 0;

  return (socket, { remoteHostSec: hostSec, remoteInfoSec: infoSec, resolvers }) => {
    if (hostSec + infoSec === 0 || running >= mostLookups) return undefined;
    running++;
    return Promise.resolve()
      .then(() => clientNames(socket, { hostSec, infoSec }, dnsOf(resolvers), identPort))
      .catch(error => {
        log(socket.remoteAddress ?? '', `alert: clients' names are not asked for: ${reasonOf(error)}`);
        return {};
      })
      .finally(() => running--);
  };
}
