// Port 25 out: whether this machine can connect to another host's port 25, which many providers and networks block. Only on
// request: it is the one question that has to be put to a host of others.
import type { Check } from '../../api/checks.ts';
import { printable } from '../../control/check/describe.ts';
import type { Control } from '../../control/control.ts';
import type { HostDns } from './dns-look.ts';
import { type GreetDeps, type Greeted, greet } from './greet.ts';
import { about } from './run-check.ts';

export interface PortOutDeps extends GreetDeps {
  readonly control: Pick<Control, 'smtpRoutes' | 'qmtpRoutes'>;
  /** Undefined: nobody asked for it. */
  readonly dns: Pick<HostDns, 'mailHosts' | 'addresses'> | undefined;
}

/** Domains whose exchangers answer everybody. */
const wellKnown = ['gmail.com', 'outlook.com'];
const mostAddresses = 3;
const smtpPort = 25;

export async function checkPortOut(deps: PortOutDeps): Promise<Check[]> {
  const { fine, wrong, unchecked } = about('port-out', 'Port 25 out');
  const relay = (deps.control.smtpRoutes.get('') ?? deps.control.qmtpRoutes.get(''))?.relay;
  if (relay) return [fine(`It is not needed: all mail to other hosts goes through the relay ${printable(relay)}.`)];
  const { dns } = deps;
  if (!dns)
    return [
      unchecked(`This is looked at on request only, as it connects to a mail server of ${wellKnown.join(' or ')}.`),
    ];
  const tried = (await Promise.all(wellKnown.map(domain => tryDomain(domain, dns, deps)))).flat();
  const answered = tried.find(({ greeted }) => greeted.kind === 'greeted');
  if (answered) return [fine(`Port 25 of a mail server of ${answered.domain} (${answered.ip}) answers.`)];
  if (tried.length === 0)
    return [
      unchecked(
        `The DNS did not say where the mail servers of ${wellKnown.join(' and ')} are, so none was connected to.`,
      ),
    ];
  return [
    wrong(
      `No other host’s port 25 can be reached (${tried.map(triedText).join('; ')}): your provider or a firewall blocks it. Mail to other hosts waits. Send through a relay: write :relay.host.example:587 and a login to control/smtproutes.`,
    ),
  ];
}

interface Tried {
  readonly domain: string;
  readonly ip: string;
  readonly greeted: Greeted;
}

/** All at once: where port 25 is blocked, nothing answers, and each would take seconds. */
async function tryDomain(domain: string, dns: NonNullable<PortOutDeps['dns']>, deps: GreetDeps): Promise<Tried[]> {
  const ips = await addressesOf(domain, dns);
  return Promise.all(ips.map(async ip => ({ domain, ip, greeted: await greet(deps, ip, smtpPort) })));
}

function triedText({ domain, ip, greeted }: Tried): string {
  return `${ip} of ${domain}: ${greeted.kind === 'unconnected' ? greeted.why : 'no greeting'}`;
}

async function addressesOf(domain: string, dns: NonNullable<PortOutDeps['dns']>): Promise<readonly string[]> {
  const hosts = await dns.mailHosts(domain);
  const [host] = hosts === 'unknown' ? [] : hosts;
  const found = host === undefined ? [] : await dns.addresses(host);
  return found === 'unknown' ? [] : found.slice(0, mostAddresses);
}
