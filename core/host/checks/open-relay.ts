// Open relay: asks the host's own rules what they would do with a stranger who wants to send to strangers. They are the ones
// that decide at RCPT: access rules and relayclients, rcpthosts, and where the queue would send the recipient.
import type { Check } from '../../api/checks.ts';
import { openAccessRules } from '../../control/access-rules.ts';
import { strangers } from '../../control/check/access-rules.ts';
import { printable } from '../../control/check/describe.ts';
import { classify } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import { isRcptHost } from '../../control/rcpthosts.ts';
import { withoutRootDot } from '../../message/address.ts';
import { about } from './run-check.ts';

const elsewhere = 'elsewhere.invalid';
const mostDomains = 100;

/** @param control the files as a client that connects now would meet them */
export function checkOpenRelay(home: string, control: Control): Check[] {
  const { fine, wrong, unchecked } = about('open-relay', 'Open relay');
  const services = ['smtp', 'qmtp'] as const;
  for (const service of services) {
    const ask = openAccessRules(home, service);
    for (const ip of strangers) {
      const access = ask({ TCPREMOTEIP: ip }, control.relayClients);
      if (access.kind === 'unknown') return [unchecked(`It is not known what strangers may do: ${access.reason}.`)];
      if (access.kind === 'denied' || access.environment.RELAYCLIENT === undefined) continue;
      return [
        wrong(
          openTo(`a client at ${ip} counts as one of yours (RELAYCLIENT) by control/tcp.${service} or relayclients`),
        ),
      ];
    }
  }
  const relayed = foreignAddresses(control).find(
    address => isRcptHost(control, address) && isElsewhere(classify(address, control).address),
  );
  if (relayed !== undefined) {
    return [wrong(openTo(`mail for ${printable(relayed)} is accepted and sent on by rcpthosts and percenthack`))];
  }
  return [
    fine('Strangers can send to the domains of this host only: access rules, rcpthosts and percenthack were asked.'),
  ];
}

function isElsewhere(address: string): boolean {
  return withoutRootDot(address).endsWith(`@${elsewhere}`);
}

function openTo(why: string): string {
  return `Strangers can send to any host through this one: ${why}. Others will soon refuse its mail. Correct these files.`;
}

/** Recipients elsewhere in the forms that have opened relays: plain, and rewritten by a domain of this host. */
function foreignAddresses({ me, locals, rcptHosts, percentHack }: Control): string[] {
  const own = [me, ...locals, ...percentHack, ...(rcptHosts ?? [])].filter(name => !name.startsWith('.'));
  const rewritten = [...new Set(own)]
    .slice(0, mostDomains)
    .flatMap(domain => [`stranger%${elsewhere}@${domain}`, `stranger@${elsewhere}@${domain}`]);
  return [`stranger@${elsewhere}`, `stranger@${elsewhere}.`, ...rewritten];
}
