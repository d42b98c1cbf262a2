// Which links a client means by making contact (AutoTURN): those of whose turn-for lines one names the client.
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { Link, TurnClient } from '../../control/links/link.ts';
import { canonicalIpv6 } from '../../lib/net/ipv6.ts';
import type { SessionClient } from '../../listen/session-client.ts';

/** A login counts as it was made: `ann` and `ann@here.example` may be two people. */
export function linksTurnedBy(links: readonly Link[], sessionClient: SessionClient): Link[] {
  return links.filter(({ turnFor }) => turnFor.some(client => isNamed(client, sessionClient)));
}

function isNamed(client: TurnClient, { ip, login, certificate }: SessionClient): boolean {
  if (client.kind === 'address') return isInNetwork(ip, client.network);
  if (client.kind === 'certificate') return certificate === client.sha256;
  return login === client.user;
}

/** @param network an address, or an address and the bits of it that count: `10.0.10.0/24` */
export function isInNetwork(ip: string, network: string): boolean {
  const [start = '', bits] = network.split('/');
  const [address, first] = [plain(ip), plain(start)];
  if (bits === undefined || address === first) return address === first;
  if (isIP(address) === 0 || isIP(address) !== isIP(first)) return false;
  const list = new BlockList();
  // Of an IPv4 address that was written as IPv6 only the last 32 bits are left.
  const mapped = isIPv4(first) && !isIPv4(start);
  const count = Number(bits) - (mapped ? 96 : 0);
  if (count < 0) return false;
  list.addSubnet(first, count, isIPv4(first) ? 'ipv4' : 'ipv6');
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** The same text for the same address, however it is written. A zone (`%eth0`) does not belong to the address. */
function plain(ip: string): string {
  const address = ip.split('%')[0] ?? '';
  return canonicalIpv6(address) ?? address;
}
