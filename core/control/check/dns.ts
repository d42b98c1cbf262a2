// Checks the configuration against the DNS; only on request, as the network may be slow or down.
import { isIP } from 'node:net';
import type { Control } from '../control.ts';
import { parseRoute } from '../routes.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

/** Lookups of byte strings; `unknown`: no answer in time. */
export interface DnsLook {
  /** The names of the hosts that accept a domain's mail; empty: it has none, not even an address. */
  mailHosts(domain: string): Promise<readonly string[] | 'unknown'>;
  /** Whether a host name has an address. */
  hasAddress(host: string): Promise<boolean | 'unknown'>;
  /** Whether a host has an address of this machine, or of its own name (control/me). */
  isHere(host: string): Promise<boolean>;
}

const mostHosts = 10;

export async function checkDns(texts: ControlTexts, control: Control, dns: DnsLook): Promise<Finding[]> {
  const routes = texts.entries('smtproutes');
  const relays = await Promise.all(routes.map(({ text, line }) => checkRelay(text, line, dns)));
  return [...(await checkLocalDomains(texts, control, dns)), ...relays.flat()];
}

/** Where the DNS sends the mail for each local domain that it can know. */
export async function checkLocalDomains(texts: ControlTexts, control: Control, dns: DnsLook): Promise<Finding[]> {
  const file = texts.file('locals') ? 'locals' : 'me';
  const domains = localDomains(texts, control);
  const all = await Promise.all(domains.map(({ text, line }) => checkLocalDomain(file, text, line, control, dns)));
  return all.flat();
}

/** Names without a dot, and addresses, are not in the DNS. */
export function localDomains(texts: ControlTexts, { me }: Control): readonly Entry[] {
  const locals = texts.file('locals') ? texts.entries('locals') : [{ text: me, line: 1 }];
  return locals.filter(({ text }) => text.includes('.') && isIP(text) === 0);
}

async function checkLocalDomain(
  file: string,
  domain: string,
  line: number,
  control: Control,
  dns: DnsLook,
): Promise<Finding[]> {
  const { warning, note } = findingsIn(file);
  const shown = printable(domain);
  const hosts = await dns.mailHosts(domain);
  if (hosts === 'unknown')
    return [note('dns-unknown', `The DNS did not answer in time which host accepts mail for ${shown}.`, line)];
  if (hosts.length === 0)
    return [
      warning(
        'no-mx',
        `The DNS has no mail host for ${shown}: other hosts cannot send to it. Add an MX record if mail should come from outside.`,
        line,
      ),
    ];
  const names = [control.me, ...control.locals].map(name => name.toLowerCase());
  if (hosts.some(host => names.includes(host.toLowerCase().replace(/\.$/, '')))) return [];
  if ((await Promise.all(hosts.slice(0, mostHosts).map(dns.isHere))).includes(true)) return [];
  return [
    note(
      'mx-elsewhere',
      `The DNS sends mail for ${shown} to ${hosts.map(printable).join(', ')}. Is that this host? If not, its mail arrives only through that host.`,
      line,
    ),
  ];
}

async function checkRelay(text: string, line: number, dns: DnsLook): Promise<Finding[]> {
  const { warning, note } = findingsIn('smtproutes');
  const relay = text.includes(':') ? (parseRoute(text.slice(text.indexOf(':') + 1))?.relay ?? '') : '';
  if (relay === '' || relay.startsWith('[') || isIP(relay) !== 0) return [];
  const found = await dns.hasAddress(relay);
  if (found === 'unknown')
    return [note('dns-unknown', `The DNS did not answer in time for ${printable(relay)}.`, line)];
  if (found) return [];
  return [
    warning(
      'no-such-relay',
      `The DNS has no host ${printable(relay)}: mail for this route bounces. Correct the relay’s name.`,
      line,
    ),
  ];
}
