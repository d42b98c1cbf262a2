// The addresses of a server that links, accounts and the guide name.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Control } from '../control/control.ts';
import { createDnsResolver } from '../remote/exchangers/resolver.ts';

/**
 * By control/resolvers if there is such a file, else as all programs of the machine do: /etc/hosts counts.
 * @param resolvers undefined: there is no such file
 */
export function createLookUp(resolvers: () => Control['resolvers']): (host: string) => Promise<readonly string[]> {
  return async host => {
    if (isIP(host) !== 0) return [host];
    const servers = resolvers();
    if (servers) {
      const found = await createDnsResolver(servers).addresses(host);
      return found.kind === 'found' ? found.records : [];
    }
    try {
      return (await lookup(host, { all: true })).map(({ address }) => address);
    } catch {
      return [];
    }
  };
}
