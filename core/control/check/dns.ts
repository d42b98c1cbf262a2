// Checks the configuration against the DNS; only on request, as the network may be slow or down.
import { isIP } from 'node:net';
import type { Control } from '../control.ts';
import { parseRoute } from '../routes.ts';
import type { ControlTexts } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

/** Lookups of byte strings; `unknown`: no answer in time. */
export interface DnsLook {
  /** The names of the hosts that accept a domain's mail; empty: it has none, not even an address. */
  mailHosts(domain: string): Promise<readonly string[] | 'unknown'>;
  /** Whether a host name has an address. */
  hasAddress(host: string): Promise<boolean | 'unknown'>;
}

export async function checkDns(texts: ControlTexts, control: Control, dns: DnsLook): Promise<Finding[]> {
  const locals = texts.file('locals') ? texts.entries('locals') : [{ text: control.me, line: 1 }];
  const file = texts.file('locals') ? 'locals' : 'me';
  const domains = locals.filter(({ text }) => text.includes('.') && isIP(text) === 0);
  const routes = texts.entries('smtproutes');
  const all = await Promise.all([
    ...domains.map(({ text, line }) => checkLocalDomain(file, text, line, control, dns)),
    ...routes.map(({ text, line }) => checkRelay(text, line, dns)),
  ]);
  return all.flat();
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
