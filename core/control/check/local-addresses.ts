// The local addresses of connections (domainips, outgoingip): mail waits where this machine does not have them.
import { isIP } from 'node:net';
import { ownAddresses } from '../../lib/net/own-addresses.ts';
import { lowerAscii } from '../../message/address.ts';
import { localIp, parseDomainIp } from '../domain-ips.ts';
import type { ControlTexts, Entry } from './control-text.ts';
import { printable } from './describe.ts';
import { type Finding, findingsIn } from './finding.ts';

export function checkLocalAddresses(texts: ControlTexts): Finding[] {
  const lines = texts.entries('domainips');
  const [outgoing] = (texts.file('outgoingip')?.raw ?? '').split('\n', 1);
  return [
    ...lines.flatMap(entry => checkDomainIp(entry, lines)),
    ...checkIp('outgoingip', localIp(outgoing?.trim() ?? ''), 1),
  ];
}

function checkDomainIp({ text, line }: Entry, lines: readonly Entry[]): Finding[] {
  const { warning, note } = findingsIn('domainips');
  const colon = text.indexOf(':');
  if (colon < 0) {
    return [warning('no-colon', 'The line has no colon and is ignored. Write senderdomain:ip|helohost.', line)];
  }
  const start = lowerAscii(text.slice(0, colon + 1));
  const last = lines.findLast(other => lowerAscii(other.text).startsWith(start));
  if (last && last.line !== line) {
    const advice = `A later line for ${printable(text.slice(0, colon))} overrides this one. Remove one of them.`;
    return [note('overridden', advice, line)];
  }
  const { ip, heloHost } = parseDomainIp(text.slice(colon + 1));
  const advice = `“${printable(heloHost ?? '')}” is not a host name: servers refuse it. It needs letters, digits, - and .`;
  const isName = heloHost === undefined || /^(?:[0-9A-Za-z_.-]+|\[[0-9A-Za-z:.]+\])$/.test(heloHost);
  return [...checkIp('domainips', ip, line), ...(isName ? [] : [warning('no-helo-name', advice, line)])];
}

function checkIp(file: string, ip: string | undefined, line: number): Finding[] {
  if (ip === undefined || isOwn(ip)) return [];
  const { warning } = findingsIn(file);
  const shown = printable(ip);
  if (isIP(ip) === 0)
    return [warning('bad-local-ip', `Mail waits: “${shown}” is not an IP address. Correct it.`, line)];
  const advice = `Mail waits while this machine does not have the address ${shown}. Correct it, or add it to an interface.`;
  return [warning('foreign-local-ip', advice, line)];
}

/** Loopback has more addresses than its interface shows. */
function isOwn(ip: string): boolean {
  return ip.startsWith('127.') || ownAddresses().includes(ip.split('%', 1)[0] ?? '');
}
