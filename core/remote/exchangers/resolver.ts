// DNS for mail (qmail's dns.c). It distinguishes two cases: a server *said* that there are no records, or no server could be asked. The
// first leads to a bounce, the second never does.
import { isIP } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { domainToASCII } from 'node:url';
import { openDns, saysNo } from '../../lib/net/dns.ts';

/** `none`: the name does not exist or has no such records. `failed`: there was no reliable answer. */
export type Answer<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed' };

/** A mail exchanger; a single record with an empty `host` means that the domain accepts no mail (RFC 7505). */
export interface MxRecord {
  readonly host: string;
  readonly preference: number;
}

/** Looks up names, which are byte strings as in addresses. Never throws for network errors. */
export interface Resolver {
  mx(host: string): Promise<Answer<MxRecord>>;
  /** IPv4 addresses first, then IPv6. */
  addresses(host: string): Promise<Answer<string>>;
}

const none = { kind: 'none' } as const;
const failed = { kind: 'failed' } as const;
/** Some servers never answer for IPv6: once one kind of address is known, the other kind gets this long (RFC 8305 section 3). */
const otherKindMs = 2000;

/**
 * Queries the DNS.
 * @param servers `ip`, `ip:port` or `[ip]:port` of control/resolvers; undefined: the system's servers
 * @throws UserError if a server is written in another way
 */
export function createDnsResolver(servers: readonly string[] | undefined): Resolver {
  const dns = openDns(servers, { timeout: 5000, tries: 3 });

  async function ask<T>(host: string, lookUp: (name: string) => Promise<readonly T[]>): Promise<Answer<T>> {
    const name = dnsName(host);
    if (name === undefined) return none;
    try {
      const records = await lookUp(name);
      return records.length > 0 ? { kind: 'found', records } : none;
    } catch (error) {
      return saysNo(error) ? none : failed;
    }
  }

  return {
    mx: host =>
      ask(host, async name => {
        const records = await dns.resolveMx(name);
        return records.map(({ exchange, priority }) => ({ host: exchange.replace(/\.$/, ''), preference: priority }));
      }),
    async addresses(host) {
      if (/^(?:.*\.)?localhost\.?$/i.test(host)) return { kind: 'found', records: ['127.0.0.1', '::1'] };
      const answers = await bothOrOne([ask(host, n => dns.resolve4(n)), ask(host, n => dns.resolve6(n))]);
      const records = answers.flatMap(answer => (answer.kind === 'found' ? answer.records : []));
      if (records.length > 0) return { kind: 'found', records };
      return answers.some(({ kind }) => kind === 'failed') ? failed : none;
    },
  };
}

/** Both answers; one is `failed` if it does not arrive soon after the other was found. */
async function bothOrOne<T>(asked: readonly Promise<Answer<T>>[]): Promise<readonly Answer<T>[]> {
  const both = Promise.all(asked);
  await Promise.race(asked.map(async each => (await each).kind === 'found' || both));
  const late = new AbortController();
  const inTime = asked.map(each => Promise.race([each, wait(otherKindMs, failed, { signal: late.signal })]));
  const answers = await Promise.all(inTime);
  late.abort();
  return answers;
}

/** The name for the DNS: international names in their ASCII form; undefined: this cannot be a name. */
function dnsName(host: string): string | undefined {
  if (host === '' || isIP(host) !== 0 || /[\0- \x7f]/.test(host)) return undefined;
  if (!/[\x80-\xff]/.test(host)) return host;
  return domainToASCII(Buffer.from(host, 'latin1').toString('utf8')) || undefined;
}
