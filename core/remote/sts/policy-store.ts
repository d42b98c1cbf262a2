// The policies of MTA-STS that were fetched, in `queue/lock/mta-sts`: a policy counts for as long as it says, also after a restart
// and when its record in the DNS is gone, or whoever can forge the DNS could take it away.
import { renameSync } from 'node:fs';
import * as v from 'valibot';
import { publish } from '../../lib/disk/durable.ts';
import { longestText, readIfThere } from '../../lib/disk/read-whole-file.ts';
import type { LogLine } from '../../lib/log.ts';
import { reasonOf } from '../../lib/user-error.ts';
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
  const policies = new Map<string, KeptPolicy>(Object.entries(read(path, log)));
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    try {
      await publish(path, Buffer.from(`${JSON.stringify(Object.fromEntries(policies))}\n`), 0o600);
    } catch (error) {
      log(`warning: unable to write ${path}: ${reasonOf(error)}`);
    }
  }

  return {
    get: domain => policies.get(domain),
    put(domain, kept) {
      policies.delete(domain);
      policies.set(domain, kept);
      for (const oldest of policies.keys()) if (policies.size > mostDomains) policies.delete(oldest);
      writing = writing.then(write);
      return writing;
    },
  };
}

function read(path: string, log: LogLine): v.InferOutput<typeof Stored> {
  try {
    const raw = readIfThere(path, longestText);
    if (!raw) return {};
    const stored = parse(raw.toString('utf8'));
    if (stored) return stored;
    renameSync(path, `${path}.damaged`);
    log(`warning: ${path} is damaged; it is kept as ${path}.damaged, and a new one is begun`);
  } catch (error) {
    log(`warning: unable to read ${path}: ${reasonOf(error)}`);
  }
  return {};
}

function parse(text: string): v.InferOutput<typeof Stored> | undefined {
  try {
    const parsed = v.safeParse(Stored, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
