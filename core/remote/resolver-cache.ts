// Remembers what the DNS said for a few seconds, so that a list's thousand recipients at one host ask once: on a slow
// link every question counts. Only answers that were found are remembered; a failure is asked anew each time.
import type { Clock } from '../lib/clock.ts';
import type { Answer, Resolver } from './resolver.ts';

const rememberMs = 5000;
const maxNames = 256;

/** The same answers as `resolver`, at most five seconds old; questions asked at the same time are one. */
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
