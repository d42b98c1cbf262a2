// The DNS servers of this host: those of control/resolvers, or the system's.
import { Resolver } from 'node:dns/promises';
import { errorCode, UserError } from './user-error.ts';

/**
 * @param servers `ip`, `ip:port` or `[ip]:port` of control/resolvers; undefined: the system's servers
 * @throws UserError when a server is not written like that
 */
export function openDns(
  servers: readonly string[] | undefined,
  patience: { timeout: number; tries: number },
): Resolver {
  const dns = new Resolver(patience);
  if (servers && servers.length > 0) useServers(dns, servers);
  return dns;
}

function useServers(dns: Resolver, servers: readonly string[]): void {
  try {
    dns.setServers(servers);
  } catch (cause) {
    const list = servers.join(', ');
    throw new UserError(`control/resolvers must hold IP addresses (ip, ip:port or [ip]:port), not: ${list}`, { cause });
  }
}

/** Only these are statements about the name; everything else is about the way to the server. */
export function saysNo(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA', 'EBADNAME'].includes(errorCode(error) ?? '');
}
