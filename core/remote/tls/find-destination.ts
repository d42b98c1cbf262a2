// Which line of control/tlsdestinations decides about a host: s/qmail looks for its keys in a fixed order.
import { domainKeys } from '../../control/domain-keys.ts';
import type { BrokenTlsDestination, TlsDestination, TlsDestinations } from '../../control/tls-destinations.ts';
import { lowerAscii } from '../../message/address.ts';

/** What a line asks for, by the first character of its key. */
export type TlsRule =
  /** `!host`: no TLS. */
  | 'never'
  /** `%host`: this certificate. */
  | 'pinned'
  /** `=host`: a certificate with the name of the host. */
  | 'exact name'
  /** `~host`: the same; wildcards will do. */
  | 'name'
  /** `host`, `+*`: a certificate that somebody known vouches for. */
  | 'chain'
  /** `-host`: TLS with any certificate, or none. */
  | 'anything'
  /** `*`: a certificate as of `host`, if TLS is offered. */
  | 'chain if offered'
  /** `-`: TLS if it is offered. */
  | 'if offered';

/** The line that decides. */
export type FoundDestination =
  | { readonly kind: 'rule'; readonly rule: TlsRule; readonly forEverybody: boolean; readonly line: TlsDestination }
  | BrokenTlsDestination;

/** @param host the relay of the route, else the recipient's domain @param sender the domain of the sender */
export function findDestination(
  destinations: TlsDestinations,
  host: string,
  sender: string,
): FoundDestination | undefined {
  const senderDomain = lowerAscii(sender);
  for (const { key, rule, forEverybody } of keysOf(lowerAscii(host))) {
    const lines = destinations.get(key) ?? [];
    const broken = lines.find(line => line.kind === 'broken');
    if (broken) return broken;
    const line = lineFor(lines, senderDomain);
    if (line) return { kind: 'rule', rule, forEverybody, line };
  }
  return undefined;
}

/** A line for this sender's domain comes before one for all; of equal lines the last counts, as in all tables. */
function lineFor(
  lines: readonly (TlsDestination | BrokenTlsDestination)[],
  senderDomain: string,
): TlsDestination | undefined {
  const rules = lines.filter(line => line.kind === 'rule');
  return (
    rules.findLast(line => line.senderDomain === senderDomain) ??
    rules.findLast(line => line.senderDomain === undefined)
  );
}

interface Key {
  readonly key: string;
  readonly rule: TlsRule;
  readonly forEverybody: boolean;
}

function keysOf(host: string): Key[] {
  const suffixes = domainKeys(host);
  const of = (rule: TlsRule, keys: readonly string[]) => keys.map(key => ({ key, rule, forEverybody: false }));
  const all = (rule: TlsRule, key: string) => ({ key, rule, forEverybody: true });
  return [
    ...of(
      'never',
      [...suffixes, ''].map(suffix => `!${suffix}`),
    ),
    ...of('pinned', [`%${host}`]),
    ...of('exact name', [`=${host}`]),
    ...of(
      'name',
      suffixes.map(suffix => `~${suffix}`),
    ),
    ...of('chain', suffixes),
    ...of(
      'anything',
      suffixes.map(suffix => `-${suffix}`),
    ),
    all('exact name', '=*'),
    all('name', '~*'),
    all('chain', '+*'),
    all('anything', '-*'),
    all('chain if offered', '*'),
    all('if offered', '-'),
  ];
}
