// DNS for block lists: answers within seconds or not at all, remembered for minutes, so that a list costs a client little
// and is not asked about the same one again and again.
import type { Clock } from '../../lib/clock.ts';
import { openDns, saysNo } from '../../lib/net/dns.ts';

/** What a list says: nothing is known of the name, something is, or nobody could be asked. */
type RblAnswer = { readonly text: string } | undefined | 'trouble';

/** Neither throws nor takes longer than six seconds. Names are ASCII. */
export interface RblDns {
  /** The text of a name's TXT record. */
  text(name: string): Promise<RblAnswer>;
  /** Whether the name has an IPv4 address; `text` is that. */
  hasAddress(name: string): Promise<RblAnswer>;
}

const patienceMs = 6000;
const rememberMs = 300_000;
const rememberTroubleMs = 15_000;
const maxNames = 10_000;

/** @param servers control/resolvers; undefined: the system's servers. @throws UserError when they make no sense */
export function createRblDns(servers: readonly string[] | undefined, clock: Clock): RblDns {
  const dns = openDns(servers, { timeout: 2000, tries: 2 });
  return {
    text: remembering(clock, async name => (await dns.resolveTxt(name))[0]?.join('')),
    hasAddress: remembering(clock, async name => (await dns.resolve4(name))[0]),
  };
}

/** The answers of `ask`, some of which were given before. */
function remembering(clock: Clock, ask: (name: string) => Promise<string | undefined>): RblDns['text'] {
  const known = new Map<string, { readonly answer: Promise<RblAnswer>; untilMs: number }>();
  return name => {
    const nowMs = clock.nowMs();
    const before = known.get(name);
    if (before && nowMs < before.untilMs) return before.answer;
    const answer = inTime(clock, ask(name));
    const entry = { answer, untilMs: nowMs + rememberMs };
    known.delete(name);
    known.set(name, entry);
    if (known.size > maxNames) known.delete(known.keys().next().value as string);
    void answer.then(said => {
      if (said === 'trouble') entry.untilMs = clock.nowMs() + rememberTroubleMs;
    });
    return answer;
  };
}

function inTime(clock: Clock, asked: Promise<string | undefined>): Promise<RblAnswer> {
  return new Promise(resolve => {
    const cancel = clock.after(patienceMs, () => resolve('trouble'));
    asked
      .then(
        text => resolve(text === undefined ? undefined : { text }),
        error => resolve(saysNo(error) ? undefined : 'trouble'),
      )
      .finally(cancel);
  });
}
