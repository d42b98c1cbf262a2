// Clients that ask for an address and take it for the name: joe@example.org is joe where this host delivers example.org.
import { lowerAscii, splitAddress } from '../message/address.ts';
import type { Passwd } from './passwd.ts';

/** The same names, and with a local domain behind them. A line of that very name counts first. */
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
