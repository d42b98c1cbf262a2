// The IP addresses of this machine: mail for one of them is mail for us (qmail's ipme.c).
import { networkInterfaces } from 'node:os';

/** All addresses of all interfaces that are up, lower case, without zones; with the any-addresses, which mean us too. */
export function ownAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(entries => (entries ?? []).map(entry => entry.address));
  return ['0.0.0.0', '::', ...addresses.map(address => address.toLowerCase().split('%', 1)[0] ?? '')];
}
