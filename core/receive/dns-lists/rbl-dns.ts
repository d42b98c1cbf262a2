// DNS lookups in block lists: answered within seconds or not at all, and cached for minutes, so that a list delays a client
// little and is not asked about the same client again and again.
import type { Clock } from '../../lib/clock.ts';
import { openDns, saysNo } from '../../lib/net/dns.ts';

/** A list's answer: it has no such name, it has one, or it could not be asked. */
type RblAnswer = { readonly text: string } | undefined | 'failed';

/** Never throws, and takes six seconds at most. Names are ASCII. */
export interface RblDns {
  /** The text of a name's TXT record. */
  text(name: string): Promise<RblAnswer>;
  /** Whether the name has an IPv4 address; `text` is that. */
  hasAddress(name: string): Promise<RblAnswer>;
}

const timeoutMs = 6000;
const cachedMs = 300_000;
const failureCachedMs = 15_000;
const maxNames = 10_000;

/** @param servers control/resolvers; undefined: the system's servers. @throws UserError when they are not addresses */
export function createRblDns(servers: readonly string[] | undefined, clock: Clock): RblDns {
  const dns = openDns(servers, { timeout: 2000, tries: 2 });
  return {
    text: cached(clock, async name => (await dns.resolveTxt(name))[0]?.join('')),
    hasAddress: cached(clock, async name => (await dns.resolve4(name))[0]),
  };
}

/** `ask` with a cache. */
function cached(clock: Clock, ask: (name: string) => Promise<string | undefined>): RblDns['text'] {
  const known = new Map<string, { readonly answer: Promise<RblAnswer>; untilMs: number }>();
  return name => {
    const nowMs = clock.nowMs();
    const before = known.get(name);
    if (before && nowMs < before.untilMs) return before.answer;
    const answer = inTime(clock, ask(name));
    const entry = { answer, untilMs: nowMs + cachedMs };
    known.delete(name);
    known.set(name, entry);
    if (known.size > maxNames) known.delete(known.keys().next().value as string);
    void answer.then(said => {
      if (said === 'failed') entry.untilMs = clock.nowMs() + failureCachedMs;
    });
    return answer;
  };
}

function inTime(clock: Clock, asked: Promise<string | undefined>): Promise<RblAnswer> {
  return new Promise(resolve => {
    const cancel = clock.after(timeoutMs, () => resolve('failed'));
    asked
      .then(
        text => resolve(text === undefined ? undefined : { text }),
        error => resolve(saysNo(error) ? undefined : 'failed'),
      )
      .finally(cancel);
  });
}
