// What TLS each connection of a delivery must have, from the control files as they are now.
import type { SecureContext } from 'node:tls';
import type { Control } from '../../control/control.ts';
import { UserError } from '../../lib/user-error.ts';
import { splitAddress } from '../../message/address.ts';
import type { Dane } from '../dane/dane.ts';
import type { Route } from '../route.ts';
import type { StsPolicy } from '../sts/policy.ts';
import { createContexts } from './contexts.ts';
import { findDestination } from './find-destination.ts';
import { ownCertificate } from './own-certificate.ts';
import type { TlsTerms } from './terms.ts';
import { heeds, heedsDane, policyHost, termsFor } from './terms-for.ts';
import { openTlsHosts } from './tls-hosts.ts';

/** Where a message goes. */
interface Delivery {
  /** Undefined: to the mail exchangers of the domain. */
  readonly route: Route | undefined;
  readonly domain: string;
  readonly sender: string;
  /** As of the route, or the usual one. */
  readonly port: number;
  /** What the domain publishes. */
  readonly sts: StsPolicy | undefined;
}

/** The TLS of a delivery. */
export interface DeliveryTls {
  /** The port to connect to, which control/tlsdestinations may change. */
  readonly port: number;
  /** The policy that counts; undefined: none does. */
  readonly sts: StsPolicy | undefined;
  /** What the DNS says about the servers counts. */
  readonly heedsDane: boolean;
  /** For one server. @throws UserError when a file that is needed cannot be used */
  for(server: string, dane?: Dane): ServerTls;
}

interface ServerTls {
  readonly terms: TlsTerms;
  readonly context: SecureContext;
}

/** @throws UserError when a control file cannot be read, or a line for this host makes no sense: the mail waits */
export type TlsPolicy = (delivery: Delivery, control: Control) => DeliveryTls;

export function createTlsPolicy(home: string): TlsPolicy {
  const hosts = openTlsHosts(home);
  const contextFor = createContexts(home);

  return ({ route, domain, sender, port: usualPort, sts }, control) => {
    const senderDomain = splitAddress(sender).host ?? '';
    const host = policyHost(route, domain);
    const found = findDestination(control.tlsDestinations, host, senderDomain);
    if (found?.kind === 'broken') {
      throw new UserError(`control/tlsdestinations line ${found.line}, for ${host}: ${found.why}`);
    }
    const port = found?.line.port ?? usualPort;
    return {
      port,
      sts: heeds({ route, found }) ? sts : undefined,
      heedsDane: heedsDane({ route, found }),
      for(server, dane = { kind: 'none' }) {
        const terms = termsFor({ route, domain, server, port, found, sts, dane, hosts: hosts() });
        const own = terms.use === 'never' ? undefined : ownCertificate(home, control, senderDomain);
        const full = { ...terms, ciphers: terms.ciphers ?? control.tlsClientCiphers, own };
        return { terms: full, context: contextFor(full) };
      },
    };
  };
}
