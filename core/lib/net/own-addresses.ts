// The IP addresses of this machine: mail to them is for this host (qmail's ipme.c).
import { networkInterfaces } from 'node:os';

/** All addresses of interfaces that are up, in lower case, without zones; and the any-addresses, which mean this machine too. */
export function ownAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(entries => (entries ?? []).map(entry => entry.address));
  return ['0.0.0.0', '::', ...addresses.map(address => address.toLowerCase().split('%', 1)[0] ?? '')];
}
