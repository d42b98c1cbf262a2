// Which terms of TLS apply to a connection. In order: what the route demands (a login), the line of control/tlsdestinations for the
// host, what the DNS vouches for about the server (DANE), the policy that the recipient's domain publishes, the line for everybody, the
// files in control/tlshosts and notlshosts; and without any of these, TLS where it is offered.
import { lowerAscii } from '../../message/address.ts';
import type { Dane } from '../dane/dane.ts';
import type { Route } from '../route.ts';
import { literalAddress } from '../route.ts';
import type { StsPolicy } from '../sts/policy.ts';
import type { FoundDestination } from './find-destination.ts';
import { type ChainCheck, inTheClear, type TlsTerms } from './terms.ts';
import type { TlsHosts } from './tls-hosts.ts';

/** What is known when a server of a host has been found. */
export interface TlsQuestion {
  readonly route: Pick<Route, 'demands' | 'protocol' | 'relay'> | undefined;
  /** The domain that the mail is for. */
  readonly domain: string;
  /** The server's name in MX records or routes. */
  readonly server: string;
  /** The port to connect to. */
  readonly port: number;
  readonly found: Extract<FoundDestination, { kind: 'rule' }> | undefined;
  /** What the domain publishes (MTA-STS). */
  readonly sts: StsPolicy | undefined;
  /** What the DNS vouches for. */
  readonly dane: Dane;
  readonly hosts: TlsHosts;
}

/** The ports where TLS starts with the connection: RFC 8314, and QMTP's. */
const implicitPorts: ReadonlySet<number> = new Set([465, 6209]);

/** The name of the host that decides: the relay of a route, else the recipient's domain. */
export function policyHost(route: Pick<Route, 'relay'> | undefined, domain: string): string {
  const host = route?.relay ?? domain;
  return literalAddress(host) ?? lowerAscii(host);
}

export function termsFor(question: TlsQuestion): TlsTerms {
  const { port, found } = question;
  const implicit = found?.line.implicit || implicitPorts.has(port);
  const terms = withDemands(question, { ...chosen(question), implicit });
  // TLS from the first byte cannot be left out.
  if (!implicit || terms.use === 'required') return terms;
  return { ...terms, use: 'required', by: terms.by ?? `port ${port}` };
}

function chosen(question: TlsQuestion): Omit<TlsTerms, 'implicit'> {
  return (
    ofDane(question) ??
    ofPolicy(question) ??
    ofDestination(question) ??
    question.hosts.termsFor(question.server) ?? { use: 'offered', check: { kind: 'none' } }
  );
}

/** Whether the policy of the domain counts: it is the domain's, so not for a relay, and not where a line is about this host. */
export function heeds({ route, found }: Pick<TlsQuestion, 'route' | 'found'>): boolean {
  return !route && (found === undefined || found.forEverybody);
}

/** TLSA records are asked for of this port. */
const danePort = 25;

/** Whether what the DNS says about the servers counts: like the policy, on the usual port. */
export function heedsDane({ route, found }: Pick<TlsQuestion, 'route' | 'found'>): boolean {
  return heeds({ route, found }) && (found?.line.port ?? danePort) === danePort;
}

/** RFC 7672 section 2.2: without a record that can be used TLS is required, with any certificate. */
function ofDane(question: TlsQuestion): Omit<TlsTerms, 'implicit'> | undefined {
  const { dane, server, found } = question;
  if (dane.kind !== 'required' || !heeds(question)) return undefined;
  const { records, names } = dane;
  const check = records.length > 0 ? ({ kind: 'dane', records, names } as const) : ({ kind: 'none' } as const);
  return { use: 'required', by: `the TLSA records of ${server} (DANE)`, ciphers: found?.line.ciphers, check };
}

function ofPolicy(question: TlsQuestion): Omit<TlsTerms, 'implicit'> | undefined {
  const { sts, domain, server, found } = question;
  if (sts?.mode !== 'enforce' || !heeds(question)) return undefined;
  return {
    use: 'required',
    by: `the policy of ${domain} (MTA-STS)`,
    ciphers: found?.line.ciphers,
    check: { kind: 'chain', names: [server], wildcards: true, strict: true },
  };
}

function ofDestination(question: TlsQuestion): Omit<TlsTerms, 'implicit'> | undefined {
  const { found } = question;
  if (!found) return undefined;
  const { line, rule } = found;
  const { caPath, ciphers, depth, pin } = line;
  const by = `control/tlsdestinations line ${line.line}`;
  const use = rule === 'if offered' || rule === 'chain if offered' ? 'offered' : 'required';
  if (rule === 'never') return { ...inTheClear, by };
  if (pin) return { use, by, ciphers, check: { kind: 'pin', pin } };
  if (rule === 'anything' || rule === 'if offered') return { use, by, ciphers, check: { kind: 'none' } };
  const names = rule === 'exact name' || rule === 'name' ? namesFor(question) : undefined;
  return { use, by, ciphers, caPath, check: { kind: 'chain', names, wildcards: rule !== 'exact name', depth } };
}

/**
 * The names of which a certificate must have one. Those of mail exchangers come from the DNS, where others may have put them: they
 * count within the domain itself.
 */
function namesFor({ route, domain, server }: TlsQuestion): string[] {
  const host = policyHost(route, domain);
  const isWithin = !route && lowerAscii(server).endsWith(`.${host}`);
  return isWithin ? [host, server] : [host];
}

/** A login goes to its relay and nobody else: a line may say how the relay is known, and nothing less. */
function withDemands(question: TlsQuestion, terms: TlsTerms): TlsTerms {
  const { route, domain } = question;
  if (route?.demands?.tls !== 'verified') return terms;
  const { implicit, ciphers, caPath, check } = terms;
  const by = 'the login at this relay';
  if (check.kind === 'pin') return { ...terms, use: 'required', by };
  const named: ChainCheck = { kind: 'chain', names: [policyHost(route, domain)], wildcards: true };
  if (check.kind === 'none' || check.kind === 'dane') return { use: 'required', implicit, ciphers, by, check: named };
  return { use: 'required', implicit, ciphers, caPath, by, check: { ...named, ...check, names: named.names } };
}
