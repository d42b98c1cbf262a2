// Whether a network interface is up: it has an address, and where the system says so (Linux), a carrier.
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Looked } from './look.ts';

export function lookAtInterface(name: string): Looked {
  // Only interfaces that are up are listed.
  const addresses = networkInterfaces()[name];
  if (!addresses || addresses.length === 0)
    return { up: false, because: `interface ${name} is down, or has no address` };
  if (hasNoCarrier(name)) return { up: false, because: `interface ${name} has no carrier` };
  return { up: true, because: `interface ${name} is up` };
}

/** ppp and tun interfaces say `unknown`, which is as good as up. */
function hasNoCarrier(name: string): boolean {
  try {
    return readFileSync(`/sys/class/net/${name}/operstate`, 'latin1').trim() === 'down';
  } catch {
    return false;
  }
}
