// DNS lookups with the servers of control/resolvers, or the system's.
import { Resolver } from 'node:dns/promises';
import { statSync } from 'node:fs';
import { errorCode, UserError } from '../user-error.ts';

/**
 * @param servers `ip`, `ip:port` or `[ip]:port` of control/resolvers; undefined: the system's servers
 * @throws UserError when a server is written differently
 */
export function openDns(
  servers: readonly string[] | undefined,
  patience: { timeout: number; tries: number },
): Resolver {
  const dns = new Resolver(patience);
  if (servers && servers.length > 0) useServers(dns, servers);
  return dns;
}

/**
 * Makes something for the current DNS servers, and again when they change: those of control/resolvers, or the system's. Node
 * reads the system's only once for each resolver, and on a laptop they change with every network.
 */
export function perServers<T>(
  make: (servers: readonly string[] | undefined) => T,
  systemFile = '/etc/resolv.conf',
): (servers: readonly string[] | undefined) => T {
  let made: { readonly of: string; readonly it: T } | undefined;
  return servers => {
    const of = servers && servers.length > 0 ? servers.join(' ') : stateOf(systemFile);
    if (made?.of !== of) made = { of, it: make(servers) };
    return made.it;
  };
}

function stateOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `file ${stat.ino} ${stat.size} ${stat.mtimeMs}` : 'no file';
}

function useServers(dns: Resolver, servers: readonly string[]): void {
  try {
    dns.setServers(servers);
  } catch (cause) {
    const list = servers.join(', ');
    throw new UserError(`control/resolvers must hold IP addresses (ip, ip:port or [ip]:port), not: ${list}`, { cause });
  }
}

/** Whether an error is about the name; all others are about the way to the server. */
export function saysNo(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA', 'EBADNAME'].includes(errorCode(error) ?? '');
}
