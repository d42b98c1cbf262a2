// DANE (RFC 7672): what the TLSA records of a mail exchanger say about its TLS. They count only if the resolver vouches for everything on
// the way: the mail exchangers of the domain, the addresses of the server, the records.
import type { Answer, TlsaData } from 'dns-packet';
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import { perServers } from '../../lib/net/dns.ts';
import { recentAnswers } from '../../lib/recent-answers.ts';
import { lowerAscii } from '../../message/address.ts';
import { type AskSecurely, createAskSecurely, type SecureAnswer, type SecureType } from './ask-securely.ts';
import { type TlsaRecord, usableRecords } from './tlsa.ts';

/** What is known of a server. */
export type Dane =
  /** Nothing that the resolver vouches for. */
  | { readonly kind: 'none' }
  /** TLS is required; without a record that can be used any certificate will do. */
  | { readonly kind: 'required'; readonly records: readonly TlsaRecord[]; readonly names: readonly string[] }
  /** The answers are bogus, or there are none: nobody may act as if there were no records. */
  | { readonly kind: 'failed'; readonly what: string };

/** @param domain that mail is for @param server one of its exchangers. Never throws. */
export type DaneFor = (domain: string, server: string) => Promise<Dane>;

const none = { kind: 'none' } as const;
const recordMs = 60_000;
const mostRecent = 1000;

/** @param control the resolvers of deliveries count here too */
export function openDane(control: () => Pick<Control, 'resolvers'>, clock: Clock): DaneFor {
  const daneOf = perServers(servers => {
    const ask = createAskSecurely(servers, clock);
    return ask ? createDane(ask, clock) : undefined;
  });
  return async (domain, server) => daneOf(control().resolvers)?.(domain, server) ?? none;
}

function createDane(ask: AskSecurely, clock: Clock): DaneFor {
  const found = recentAnswers((of: string, at: string) => look(ask, of, at), {
    clock,
    forMs: recordMs,
    most: mostRecent,
    counts: ({ kind }) => kind !== 'failed',
  });
  return async (domain, server) => {
    const [of, at] = [nameOf(domain), nameOf(server)];
    return of === undefined || at === undefined ? none : found(of, at);
  };
}

async function look(ask: AskSecurely, domain: string, server: string): Promise<Dane> {
  const mx = await ask(domain, 'MX');
  if (mx.kind === 'failed') return failed(domain, 'MX');
  if (!mx.isSecure || !exchangersIn(mx, domain).includes(server)) return none;
  const [v4, v6] = await Promise.all([ask(server, 'A'), ask(server, 'AAAA')]);
  if (v4.kind === 'failed' || v6.kind === 'failed') return failed(server, v4.kind === 'failed' ? 'A' : 'AAAA');
  if (!v4.isSecure || !v6.isSecure) return none;
  // The name that an alias leads to comes first (section 2.2.2).
  for (const base of new Set([aliasIn(v4.records, server), server])) {
    const answer = await ask(`_25._tcp.${base}`, 'TLSA');
    if (answer.kind === 'failed') return failed(base, 'TLSA');
    const records = tlsaIn(answer.records);
    if (answer.isSecure && records.length > 0) {
      return { kind: 'required', records: usableRecords(records), names: [...new Set([base, server, domain])] };
    }
  }
  return none;
}

function failed(name: string, type: SecureType): Dane {
  return { kind: 'failed', what: `the ${type} records of ${name}` };
}

/** A domain without any has itself. */
function exchangersIn({ records }: Extract<SecureAnswer, { kind: 'answered' }>, domain: string): string[] {
  const hosts = records.flatMap(record => (record.type === 'MX' ? [plain(record.data.exchange)] : []));
  return hosts.length > 0 ? hosts : [domain];
}

/** Where the aliases of a name lead to. */
function aliasIn(records: readonly Answer[], server: string): string {
  let name = server;
  for (const record of records) {
    if (record.type === 'CNAME' && plain(record.name) === name) name = plain(record.data);
  }
  return name;
}

function tlsaIn(records: readonly Answer[]): TlsaData[] {
  return records.flatMap(record => (record.type === 'TLSA' ? [record.data] : []));
}

/** Undefined: an address, or a name that the DNS cannot have as it is. */
function nameOf(host: string): string | undefined {
  const name = plain(host);
  return name.length <= 240 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name) && !/^[\d.]+$/.test(name)
    ? name
    : undefined;
}

function plain(name: string): string {
  return lowerAscii(name).replace(/\.$/, '');
}
