// Which terms of TLS apply to a connection: those of its route, or TLS where it is offered.
import type { Route } from '../route.ts';
import type { TlsTerms } from './terms.ts';

/** The port where TLS starts with the connection (RFC 8314). */
const submissions = 465;

/** @param port the port to connect to */
export function termsFor(route: Pick<Route, 'demands'> | undefined, port: number): TlsTerms {
  const implicit = port === submissions;
  if (route?.demands?.tls === 'verified') return { use: 'required', implicit, check: { kind: 'name' } };
  return { use: implicit ? 'required' : 'offered', implicit, check: { kind: 'none' } };
}
