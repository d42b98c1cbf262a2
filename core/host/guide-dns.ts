// The DNS as the guide asks it: what cannot be answered in time is empty.
import { setTimeout } from 'node:timers/promises';
import type { GuideDns } from '../guide/find-servers.ts';
import { openDns } from '../lib/net/dns.ts';

/** The system's lookup has no limit of its own. */
const addressWaitMs = 5_000;

/** @param resolvers of control/resolvers; undefined: the system's servers */
export function createGuideDns(
  resolvers: () => readonly string[] | undefined,
  lookUp: (host: string) => Promise<readonly string[]>,
): GuideDns {
  const open = () => openDns(resolvers(), { timeout: 2500, tries: 2 });
  const orNone = <T>(asked: Promise<readonly T[]>) => asked.catch((): readonly T[] => []);
  return {
    async mx(domain) {
      const records = await orNone(open().resolveMx(domain));
      return records.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
    },
    srv: name => orNone(open().resolveSrv(name)),
    hasAddress: async host => (await Promise.race([lookUp(host), nothingLater()])).length > 0,
  };
}

async function nothingLater(): Promise<readonly string[]> {
  await setTimeout(addressWaitMs, undefined, { ref: false });
  return [];
}
