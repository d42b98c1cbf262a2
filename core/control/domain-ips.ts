// The lines of control/domainips (s/qmail): `senderdomain:localip[%ifname]|helohost`, `*` for all other domains. The address that
// connections come from, and the name that is said there; either may be left out.
import { isIP, isIPv4 } from 'node:net';
import { lowerAscii } from '../message/address.ts';
import { domainKeys } from './domain-keys.ts';

/** What a line says. Byte strings. */
export interface DomainIp {
  /** Undefined: the system chooses it. It need not be one. */
  readonly ip: string | undefined;
  /** Undefined: control/helohost. */
  readonly heloHost: string | undefined;
}

/** By the sender's domain in lower case; lines without a colon are ignored, the last of equal keys counts. */
export type DomainIps = ReadonlyMap<string, DomainIp>;

export function domainIps(lines: readonly string[] = []): DomainIps {
  const table = new Map<string, DomainIp>();
  for (const text of lines) {
    const colon = text.indexOf(':');
    if (colon >= 0) table.set(lowerAscii(text.slice(0, colon)), parseDomainIp(text.slice(colon + 1)));
  }
  return table;
}

export function parseDomainIp(value: string): DomainIp {
  const bar = value.indexOf('|');
  const [place, heloHost] = bar < 0 ? [value, ''] : [value.slice(0, bar), value.slice(bar + 1)];
  return { ip: localIp(place), heloHost: heloHost || undefined };
}

/** An address as it is bound to: the interface counts for addresses of IPv6, which may be local to a link. */
export function localIp(text: string): string | undefined {
  const [address = ''] = text.split('%', 1);
  return (
    (isIPv4(address) || isIP(text) === 0 ? address : lowerAscii(address) + text.slice(address.length)) || undefined
  );
}

/** The key of the line for a sender's domain: itself, its suffixes, `*`. Bounces have none. */
export function domainIpKey(table: DomainIps, senderDomain: string): string | undefined {
  return [...domainKeys(lowerAscii(senderDomain)), '*'].find(key => table.has(key));
}
