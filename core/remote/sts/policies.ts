// Which policy of MTA-STS counts for a domain now (RFC 8461 section 3.3 and 5.1): the one that its record names, fetched when the
// record's ID is new or the policy was fetched a day ago; the one that was fetched last, while that is not too old, when the
// record or the policy cannot be had; else none.
import type { Clock } from '../../lib/clock.ts';
import { keepNewest } from '../../lib/keep-newest.ts';
import type { LogLine } from '../../lib/log.ts';
import { recentAnswers } from '../../lib/recent-answers.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { lowerAscii } from '../../message/address.ts';
import type { FetchPolicy } from './fetch-policy.ts';
import { parseStsPolicy, type StsPolicy, stsId } from './policy.ts';
import type { KeptPolicy, PolicyStore } from './policy-store.ts';

/** What the policies need. */
export interface StsDeps {
  readonly clock: Clock;
  readonly log: LogLine;
  /** The text records of a name; empty: there are none, or none could be had. Never throws. */
  readonly texts: (name: string) => Promise<readonly string[]>;
  readonly fetchPolicy: FetchPolicy;
  readonly store: PolicyStore;
}

/** The policy for a domain that mail is for; undefined: none. Never throws. */
export type PolicyFor = (domain: string) => Promise<StsPolicy | undefined>;

const dayMs = 86_400_000;
/** A policy that could not be had is asked for again after this time at the earliest (section 3.3). */
const betweenTriesMs = 300_000;
/** How long an answer of the DNS counts. */
const recordMs = 60_000;
const mostRecent = 1000;

export function createPolicies({ clock, log, texts, fetchPolicy, store }: StsDeps): PolicyFor {
  const tries = new Map<string, number>();

  function live(kept: KeptPolicy | undefined): KeptPolicy | undefined {
    return kept && clock.nowMs() < kept.fetchedMs + kept.policy.maxAgeSec * 1000 ? kept : undefined;
  }

  async function look(domain: string): Promise<StsPolicy | undefined> {
    const kept = live(store.get(domain));
    const id = stsId(await texts(`_mta-sts.${domain}`));
    if (id === undefined) return kept?.policy;
    const isFresh = kept?.id === id && clock.nowMs() - kept.fetchedMs < dayMs;
    return isFresh ? kept.policy : ((await fetched(domain, id)) ?? kept?.policy);
  }

  async function fetched(domain: string, id: string): Promise<StsPolicy | undefined> {
    const key = `${domain} ${id}`;
    const nowMs = clock.nowMs();
    if (nowMs - (tries.get(key) ?? Number.NEGATIVE_INFINITY) < betweenTriesMs) return undefined;
    keepNewest(tries, key, nowMs, mostRecent);
    try {
      const policy = parseStsPolicy(await fetchPolicy(domain));
      if (!policy) throw new Error('it is no policy');
      await store.put(domain, { id, fetchedMs: nowMs, policy });
      return policy;
    } catch (error) {
      log(`remote: the MTA-STS policy of ${domain} cannot be had: ${reasonOf(error)}`);
      return undefined;
    }
  }

  const found = recentAnswers(look, { clock, forMs: recordMs, most: mostRecent, counts: () => true });
  return async host => {
    const domain = lowerAscii(host).replace(/\.$/, '');
    return isDomain(domain) ? found(domain) : undefined;
  };
}

/** A name of the DNS that can be part of a URL; a name in other letters is looked up in its ASCII form by nobody yet. */
function isDomain(domain: string): boolean {
  return domain.length <= 240 && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(domain) && !/^[\d.]+$/.test(domain);
}
