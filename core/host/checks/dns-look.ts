// What the checks ask the DNS, with a limit for all questions together.

import type { DnsLook } from '../../control/check/dns.ts';
import { openDns, saysNo } from '../../lib/net/dns.ts';
import { ownAddresses } from '../../lib/net/own-addresses.ts';
import { createDnsResolver } from '../../remote/exchangers/resolver.ts';

/** Lookups of byte strings; `unknown`: no answer in time. */
export interface HostDns extends DnsLook {
  addresses(host: string): Promise<readonly string[] | 'unknown'>;
  /** The names that the DNS has for an address. */
  namesOf(ip: string): Promise<readonly string[] | 'unknown'>;
  texts(domain: string): Promise<readonly string[] | 'unknown'>;
}

/** The limit for all DNS queries together. */
export const dnsMs = 8000;

/** @param me the name of this host @param servers of control/resolvers */
export function createDnsLook(me: string, servers: readonly string[] | undefined): HostDns {
  const resolver = createDnsResolver(servers);
  const dns = openDns(servers, { timeout: 5000, tries: 2 });
  const late = new Promise<'unknown'>(resolve => setTimeout(() => resolve('unknown'), dnsMs).unref());
  const inTime = <T>(answer: Promise<T>): Promise<T | 'unknown'> => Promise.race([answer, late]);

  async function addresses(host: string): Promise<readonly string[] | 'unknown'> {
    const found = await inTime(resolver.addresses(host));
    if (found === 'unknown' || found.kind === 'failed') return 'unknown';
    return found.kind === 'found' ? found.records : [];
  }
  async function hasAddress(host: string): Promise<boolean | 'unknown'> {
    const found = await addresses(host);
    return found === 'unknown' ? found : found.length > 0;
  }
  async function mailHosts(domain: string): Promise<readonly string[] | 'unknown'> {
    const mx = await inTime(resolver.mx(domain));
    if (mx === 'unknown' || mx.kind === 'failed') return 'unknown';
    if (mx.kind === 'found') return mx.records.map(({ host }) => host).filter(host => host !== '');
    const found = await hasAddress(domain);
    return found === 'unknown' ? found : found ? [domain] : [];
  }
  let own: Promise<ReadonlySet<string>> | undefined;
  async function ownAndMine(): Promise<ReadonlySet<string>> {
    const mine = await addresses(me);
    return new Set([...ownAddresses(), ...(mine === 'unknown' ? [] : mine)]);
  }
  /** None when there are none, or no server says so. */
  const orNone = async <T>(answer: Promise<readonly T[]>): Promise<readonly T[] | 'unknown'> => {
    try {
      return await inTime(answer);
    } catch (error) {
      return saysNo(error) ? [] : 'unknown';
    }
  };
  return {
    addresses,
    hasAddress,
    mailHosts,
    async isHere(host) {
      own ??= ownAndMine();
      const [found, here] = [await addresses(host), await own];
      return found !== 'unknown' && found.some(ip => here.has(ip.toLowerCase()));
    },
    namesOf: ip => orNone(dns.reverse(ip)),
    texts: domain => orNone(dns.resolveTxt(domain).then(records => records.map(pieces => pieces.join('')))),
  };
}
