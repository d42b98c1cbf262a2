// Explains what the DNS vouches for about the TLS of a domain's mail exchangers.
import type { ExplainStep } from '../../api/explain.ts';
import type { Control } from '../../control/control.ts';
import { displayAddress, splitAddress } from '../../message/address.ts';
import type { Route, Way } from '../route.ts';
import { findDestination } from '../tls/find-destination.ts';
import { heedsDane, policyHost } from '../tls/terms-for.ts';
import type { Dane, DaneFor } from './dane.ts';

/** Whether it counts: not for a relay, and not where a line of tlsdestinations is about the host or has another port. */
export function isDaneHeeded(
  { tlsDestinations }: Pick<Control, 'tlsDestinations'>,
  { sender, host }: Way,
  route: Route | undefined,
): boolean {
  const found = findDestination(tlsDestinations, policyHost(route, host), splitAddress(sender).host ?? '');
  return found?.kind !== 'broken' && heedsDane({ route, found });
}

/** A step for each server about which something is known. */
export async function explainDane(
  daneFor: DaneFor,
  domain: string,
  servers: readonly { readonly host: string }[],
): Promise<ExplainStep[]> {
  const found = await Promise.all(servers.map(async ({ host }) => ({ host, dane: await daneFor(domain, host) })));
  return found.flatMap(({ host, dane }) => {
    const says = sentence(displayAddress(host), dane);
    return says === undefined ? [] : [{ stage: 'dns', file: null, line: null, says } as const];
  });
}

function sentence(host: string, dane: Dane): string | undefined {
  if (dane.kind === 'none') return undefined;
  if (dane.kind === 'failed') {
    return `${host} is not tried: the resolver has no answer that can be trusted for ${dane.what} (DANE).`;
  }
  if (dane.records.length === 0)
    return `${host} must have TLS, with any certificate: its TLSA records cannot be used (DANE).`;
  return `${host} must have TLS, with the certificate that its TLSA records name (DANE).`;
}
