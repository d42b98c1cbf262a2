// MTA-STS with the DNS of this host, HTTPS, and the policies that are kept in its home.
import { join } from 'node:path';
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { openDns, perServers } from '../../lib/net/dns.ts';
import { createDnsResolver } from '../exchangers/resolver.ts';
import { createFetchPolicy } from './fetch-policy.ts';
import { createPolicies, type PolicyFor } from './policies.ts';
import { openPolicyStore } from './policy-store.ts';

interface OpenStsDeps {
  readonly home: string;
  /** The configuration now: control/resolvers counts. */
  readonly control: () => Pick<Control, 'resolvers'>;
  readonly clock: Clock;
  readonly log: LogLine;
}

export function openSts({ home, control, clock, log }: OpenStsDeps): PolicyFor {
  const dnsFor = perServers(servers => openDns(servers, { timeout: 5000, tries: 2 }));
  const resolverFor = perServers(createDnsResolver);
  async function texts(name: string): Promise<readonly string[]> {
    try {
      return (await dnsFor(control().resolvers).resolveTxt(name)).map(pieces => pieces.join(''));
    } catch {
      return [];
    }
  }
  const fetchPolicy = createFetchPolicy(host => resolverFor(control().resolvers).addresses(host), clock);
  const store = openPolicyStore(join(home, 'queue', 'lock', 'mta-sts'), log);
  return createPolicies({ clock, log, texts, fetchPolicy, store });
}
