// IPv6 addresses and networks in a canonical form, so that they can be compared as text; and the DNS names of addresses.
import { isIPv4, isIPv6 } from 'node:net';

/** The address in the form of RFC 5952, or the IPv4 address that it maps; undefined: it is not an IPv6 address. */
export function canonicalIpv6(ip: string): string | undefined {
  if (!isIPv6(ip) || ip.includes('%')) return undefined;
  const canonical = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical) ?? [];
  if (high === '') return canonical;
  const [first, second] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}

/** The supported lengths of networks: whole hexadecimal digits, the longest first. */
const networkBits: readonly number[] = Array.from({ length: 31 }, (_, at) => 124 - 4 * at);

/**
 * A network in the form of `ipv6Networks`: `2001:db8:0:1:0:0:0:0/64`.
 * @param text `2001:db8:0:1::/64`: any address of the network, and its length
 * @returns undefined for anything else, or a length that is not a multiple of 4
 */
export function parseIpv6Network(text: string): string | undefined {
  const [, ip = '', bits = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  return ipv6Networks(ip)[networkBits.indexOf(Number(bits))];
}

/** The networks of an address, the smallest first; none if it is not an IPv6 address. */
export function ipv6Networks(ip: string): string[] {
  const canonical = canonicalIpv6(ip);
  if (!canonical?.includes(':')) return [];
  const groups = groupsOf(canonical);
  return networkBits.map(bits => networkText(groups, bits));
}

function networkText(groups: readonly number[], bits: number): string {
  const kept = groups.map((group, at) => {
    const own = Math.min(Math.max(bits - 16 * at, 0), 16);
    return (group & (0xffff << (16 - own)) & 0xffff).toString(16);
  });
  return `${kept.join(':')}/${bits}`;
}

function groupsOf(canonical: string): number[] {
  const [head = '', tail] = canonical.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16));
  const [before, after] = [numbers(head), numbers(tail ?? '')];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The DNS name under which the names of an address are. @returns undefined if it is not an IP address */
export function arpaName(ip: string): string | undefined {
  const plain = isIPv6(ip) ? canonicalIpv6(ip) : ip;
  if (plain === undefined) return undefined;
  if (isIPv4(plain)) return `${plain.split('.').reverse().join('.')}.in-addr.arpa`;
  if (!isIPv6(plain)) return undefined;
  const digits = groupsOf(plain).flatMap(group => [...group.toString(16).padStart(4, '0')]);
  return `${digits.reverse().join('.')}.ip6.arpa`;
}
