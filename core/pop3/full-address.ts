// Lets clients log in with an address instead of a name: joe@example.org is joe where this host delivers example.org.
import { lowerAscii, splitAddress } from '../message/address.ts';
import type { Passwd } from './passwd.ts';

/** The same names, also with a local domain. A line for the complete address has precedence. */
export function withFullAddresses(passwd: Passwd, isLocal: (domain: string) => boolean): Passwd {
  async function nameOf(name: string): Promise<string> {
    const { local, host } = splitAddress(name);
    if (host === undefined || !isLocal(lowerAscii(host))) return name;
    return (await passwd.find(name)) ? name : local;
  }
  return {
    ...passwd,
    verify: async (name, password) => passwd.verify(await nameOf(name), password),
    verifyDigest: async (name, digest, stamp) => passwd.verifyDigest(await nameOf(name), digest, stamp),
  };
}
