// The policies of MTA-STS that were fetched, in `queue/lock/mta-sts`: a policy counts for as long as it says, also after a restart
// and when its record in the DNS is gone, or whoever can forge the DNS could take it away.
import * as v from 'valibot';
import { openSmallFile, readSmallFile } from '../../lib/disk/small-file.ts';
import { keepNewest } from '../../lib/keep-newest.ts';
import type { LogLine } from '../../lib/log.ts';
import type { StsPolicy } from './policy.ts';

/** A policy, and when it was fetched. */
export interface KeptPolicy {
  readonly id: string;
  readonly fetchedMs: number;
  readonly policy: StsPolicy;
}

export interface PolicyStore {
  get(domain: string): KeptPolicy | undefined;
  /** Durable when it resolves, unless the disk refuses, which is logged. */
  put(domain: string, kept: KeptPolicy): Promise<void>;
}

const mostDomains = 5000;
const longestBytes = 16 * 1024 * 1024;

const Stored = v.record(
  v.string(),
  v.object({
    id: v.string(),
    fetchedMs: v.number(),
    policy: v.object({
      mode: v.picklist(['enforce', 'testing', 'none']),
      mx: v.array(v.string()),
      maxAgeSec: v.number(),
    }),
  }),
);

/** @param path created when it is needed; a damaged file is put aside */
export function openPolicyStore(path: string, log: LogLine): PolicyStore {
  const known = readSmallFile(path, text => v.parse(Stored, JSON.parse(text)), log, longestBytes);
  const policies = new Map<string, KeptPolicy>(Object.entries(known ?? {}));
  const file = openSmallFile(path, log);
  return {
    get: domain => policies.get(domain),
    put(domain, kept) {
      keepNewest(policies, domain, kept, mostDomains);
      file.save(() => `${JSON.stringify(Object.fromEntries(policies))}\n`);
      return file.saved();
    },
  };
}
