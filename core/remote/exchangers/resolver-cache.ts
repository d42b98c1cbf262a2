// Caches DNS answers for a few seconds, so that a thousand recipients at one host need one query, which matters on a slow link. Only
// records that were found are cached; after a failure each query is sent again.
import type { Clock } from '../../lib/clock.ts';
import { recentAnswers } from '../../lib/recent-answers.ts';
import type { Answer, Resolver } from './resolver.ts';

const rememberMs = 5000;
const maxNames = 256;

/** The answers of `resolver`, at most five seconds old. */
export function cachedResolver(resolver: Resolver, clock: Clock): Resolver {
  const remembered = <T>(ask: (host: string) => Promise<Answer<T>>) =>
    recentAnswers(ask, { clock, forMs: rememberMs, most: maxNames, counts: ({ kind }) => kind === 'found' });
  return { mx: remembered(resolver.mx), addresses: remembered(resolver.addresses) };
}
