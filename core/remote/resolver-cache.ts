// Caches DNS answers for a few seconds, so that a thousand recipients at one host need one query, which matters on a slow link. Only
// records that were found are cached; after a failure each query is sent again.
import type { Clock } from '../lib/clock.ts';
import type { Answer, Resolver } from './resolver.ts';

const rememberMs = 5000;
const maxNames = 256;

/** The answers of `resolver`, at most five seconds old. Simultaneous queries for a name are sent once. */
export function cachedResolver(resolver: Resolver, clock: Clock): Resolver {
  return { mx: remembering(resolver.mx, clock), addresses: remembering(resolver.addresses, clock) };
}

type Ask<T> = (host: string) => Promise<Answer<T>>;

function remembering<T>(ask: Ask<T>, clock: Clock): Ask<T> {
  const recent = new Map<string, { answer: Promise<Answer<T>>; atMs: number }>();

  async function askAnew(host: string): Promise<Answer<T>> {
    try {
      const answer = await ask(host);
      if (answer.kind !== 'found') recent.delete(host);
      return answer;
    } catch (error) {
      recent.delete(host);
      throw error;
    }
  }

  return host => {
    const nowMs = clock.nowMs();
    const known = recent.get(host);
    if (known && Math.abs(nowMs - known.atMs) < rememberMs) return known.answer;
    const answer = askAnew(host);
    recent.delete(host);
    recent.set(host, { answer, atMs: nowMs });
    if (recent.size > maxNames) recent.delete(recent.keys().next().value as string);
    return answer;
  };
}
