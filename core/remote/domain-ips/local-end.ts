// The local end of connections: the address that they come from, and the name that is said there, by the sender's domain (s/qmail's
// control/domainips), then control/outgoingip and helohost.
import { once } from 'node:events';
import { createServer, isIP, isIPv4 } from 'node:net';
import type { Control } from '../../control/control.ts';
import { domainIpKey } from '../../control/domain-ips.ts';
import { splitAddress } from '../../message/address.ts';
import type { Exchanger } from '../exchangers/find-exchangers.ts';
import { type MessageReport, putOff } from '../outcome-of-replies.ts';

/** Of one connection. Byte strings. */
export interface LocalEnd {
  /** Undefined: the system chooses it. */
  readonly ip: string | undefined;
  readonly heloHost: string;
}

type Files = Pick<Control, 'domainIps' | 'outgoingIp' | 'heloHost'>;

/** And which file says so. */
export interface FoundLocalEnd extends LocalEnd {
  /** Undefined: no file says anything about the address. */
  readonly by: 'domainips' | 'outgoingip' | undefined;
  /** The line in domainips. */
  readonly key: string | undefined;
}

/** @param sender in the envelope */
export function localEndFor({ domainIps, outgoingIp, heloHost }: Files, sender: string): FoundLocalEnd {
  const key = domainIpKey(domainIps, splitAddress(sender).host ?? '');
  const line = key === undefined ? undefined : domainIps.get(key);
  const ip = line?.ip ?? outgoingIp;
  const by = line?.ip ? 'domainips' : outgoingIp === undefined ? undefined : 'outgoingip';
  return { ip, heloHost: line?.heloHost ?? heloHost, by, key };
}

/** The servers that can be connected to from there, with their addresses of its family. */
export function reachableFrom(ip: string | undefined, exchangers: readonly Exchanger[]): readonly Exchanger[] {
  if (ip === undefined) return exchangers;
  const inFamily = (address: string): boolean => isIP(address) === isIP(ip);
  return exchangers
    .map(exchanger => ({ ...exchanger, addresses: exchanger.addresses.filter(inFamily) }))
    .filter(({ addresses }) => addresses.length > 0);
}

/** @returns why mail waits, in the words of s/qmail, if the address cannot be had now */
export async function localEndOf(files: Files, sender: string): Promise<LocalEnd | MessageReport> {
  const { ip, heloHost, by } = localEndFor(files, sender);
  if (ip === undefined || (await canBindTo(ip))) return { ip, heloHost };
  const why = isIP(ip) === 0 ? 'it is not an IP address' : 'this machine does not have it now';
  return putOff(`Can't bind to local ip address: ${ip}. Correct control/${by}: ${why}.`, '4.3.0');
}

/** None of a host's addresses can be reached from the local one. */
export function otherFamily(host: string, { ip }: LocalEnd): MessageReport {
  const family = isIPv4(ip ?? '') ? 'IPv4' : 'IPv6';
  return putOff(`${host} has no address of ${family}, and this mail is to come from ${ip}.`, '4.4.1');
}

/** Whether connections can come from this address now. */
async function canBindTo(ip: string): Promise<boolean> {
  if (isIP(ip) === 0) return false;
  const server = createServer();
  try {
    await once(server.listen({ host: ip, port: 0, backlog: 1, exclusive: true }), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
