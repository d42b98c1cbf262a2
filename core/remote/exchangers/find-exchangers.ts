// Finds the servers that accept mail for a host, in the order in which to try them (qmail-remote: routes, MX and A records, and the check
// that this machine does not send mail to itself).
import { canonicalIpv6 } from '../../lib/net/ipv6.ts';
import { type MessageReport, putOff, refused } from '../outcome-of-replies.ts';
import { literalAddress, type Route } from '../route.ts';
import type { Answer, MxRecord, Resolver } from './resolver.ts';

/** A server that may accept the mail. */
export interface Exchanger {
  /** Its name in MX records or routes, or an address if there is no name. */
  readonly host: string;
  /** Best first. */
  readonly addresses: readonly string[];
  /** Its preference announces QMTP, which is tried first (MXPS). */
  readonly byQmtp: boolean;
}

/** The servers to try, best first, with each address once; or a report if there is none. */
export type FoundExchangers =
  | { readonly kind: 'found'; readonly exchangers: readonly Exchanger[] }
  | { readonly kind: 'failed'; readonly report: MessageReport };

/** What finding servers needs. */
export interface ExchangerDeps {
  readonly resolver: Resolver;
  /** This machine's IP addresses; called only if they are needed. */
  readonly own: () => ReadonlySet<string>;
  /** From 0 up to 1: exchangers of the same preference are tried in random order. */
  readonly random: () => number;
}

// Limits for domains that list very many exchangers or addresses.
const maxExchangers = 32;
const maxAddresses = 16;

/** @param route the route in control/smtproutes, which replaces MX records and the check for this machine */
export async function findExchangers(
  host: string,
  route: Route | undefined,
  deps: ExchangerDeps,
): Promise<FoundExchangers> {
  if (route) return fromAddresses(route.relay, await addressesOf(route.relay, deps.resolver));
  const literal = literalAddress(host);
  if (literal) return withoutSelf([{ host: literal, preference: 0, addresses: [literal] }], deps);

  const mx = await deps.resolver.mx(host);
  if (mx.kind === 'failed') return failed(noAnswer);
  if (mx.kind === 'none') {
    const answer = await addressesOf(host, deps.resolver);
    if (answer.kind !== 'found') return fromAddresses(host, answer);
    return withoutSelf([{ host, preference: 0, addresses: answer.records }], deps);
  }
  if (mx.records.length === 1 && mx.records[0]?.host === '') return failed(takesNoMail(host));
  return fromExchangers(mx.records, deps);
}

const noAnswer: MessageReport = {
  ...putOff("Sorry, I couldn't find any host by that name.", '4.1.2'),
  elsewhere: true,
};
const noExchanger = refused("Sorry, I couldn't find a mail exchanger or IP address.", '5.4.4');
const bestIsMe = refused(
  "Sorry. Although I'm listed as a best-preference MX or A for that host,\n" +
    "it isn't in my control/locals file, so I don't treat it as local.",
  '5.4.6',
);

/** The report for a host that does not exist. */
export function noSuchHost(host: string): MessageReport {
  return refused(`Sorry, I couldn't find any host named ${reportable(host)}.`, '5.1.2');
}

function takesNoMail(host: string): MessageReport {
  return refused(`Sorry, ${reportable(host)} says that it takes no mail.`, '5.1.10');
}

function reportable(host: string): string {
  return host.replace(/[^!-~]/g, '?');
}

function failed(report: MessageReport): FoundExchangers {
  return { kind: 'failed', report };
}

function fromAddresses(host: string, answer: Answer<string>): FoundExchangers {
  if (answer.kind === 'failed') return failed(noAnswer);
  if (answer.kind === 'none') return failed(noSuchHost(host));
  return { kind: 'found', exchangers: [{ host, addresses: answer.records, byQmtp: false }] };
}

async function addressesOf(host: string, resolver: Resolver): Promise<Answer<string>> {
  const literal = literalAddress(host);
  if (literal) return { kind: 'found', records: [literal] };
  const answer = await resolver.addresses(host);
  return answer.kind === 'found' ? { kind: 'found', records: answer.records.slice(0, maxAddresses) } : answer;
}

/** An exchanger in the DNS. */
interface Listed {
  readonly host: string;
  readonly preference: number;
  readonly addresses: readonly string[];
}

async function fromExchangers(records: readonly MxRecord[], deps: ExchangerDeps): Promise<FoundExchangers> {
  const best = shuffled(records, deps.random)
    .sort((a, b) => a.preference - b.preference)
    .slice(0, maxExchangers);
  const answers = await Promise.all(best.map(record => addressesOf(record.host, deps.resolver)));
  const exchangers = best.flatMap(({ host, preference }, at): Listed[] => {
    const answer = answers[at];
    return answer?.kind === 'found' ? [{ host, preference, addresses: answer.records }] : [];
  });
  if (exchangers.length > 0) return withoutSelf(exchangers, deps);
  return failed(answers.some(answer => answer.kind === 'failed') ? noAnswer : noExchanger);
}

/** Only exchangers that are preferred to this machine may be tried; others would send the mail back. */
function withoutSelf(exchangers: readonly Listed[], deps: ExchangerDeps): FoundExchangers {
  const own = deps.own();
  const isOwn = (address: string): boolean => {
    // `::ffff:192.0.2.1` is the IPv6 form of 192.0.2.1.
    const ip = canonicalIpv6(address) ?? address;
    return own.has(ip) || (ip.startsWith('127.') && own.has('127.0.0.1'));
  };
  const mine = exchangers.filter(exchanger => exchanger.addresses.some(isOwn)).map(exchanger => exchanger.preference);
  const limit = Math.min(Number.POSITIVE_INFINITY, ...mine);
  const better = exchangers.filter(({ preference }) => preference < limit);
  if (better.length === 0) return failed(bestIsMe);
  const byQmtp = new Set(better.filter(({ preference }) => saysQmtp(preference)).flatMap(({ addresses }) => addresses));
  const known = new Set<string>();
  const tried = better.map(({ host, addresses }): Exchanger => {
    const unknown = [...new Set(addresses)].filter(ip => !known.has(ip));
    for (const ip of unknown) known.add(ip);
    return { host, addresses: unknown, byQmtp: unknown.some(ip => byQmtp.has(ip)) };
  });
  return { kind: 'found', exchangers: tried.filter(({ addresses }) => addresses.length > 0) };
}

/** The Mail Exchanger Protocol Switch: 12801, 12817, 12833 and so on up to 13041 announce QMTP. */
function saysQmtp(preference: number): boolean {
  return preference >= 12_801 && preference <= 13_041 && preference % 16 === 1;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const list = [...items];
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other] as T, list[at] as T];
  }
  return list;
}
