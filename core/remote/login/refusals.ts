// Which logins were refused, and until when nobody tries them again: a provider locks an account, or this host out, after a few
// wrong passwords. A login that is not known to work is tried by one message at a time.
import type { Clock } from '../../lib/clock.ts';
import type { LoginFailure } from './login-report.ts';

/** One credential at one relay. */
export interface LoginKey {
  /** Relay, port and user. */
  readonly place: string;
  /** Differs for each secret, and each time it is written. */
  readonly id: string;
}

/** A login that is not tried now. */
export interface Refused {
  readonly failure: LoginFailure;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** What a message knows after its own try. */
type LoginVerdict = 'good' | 'untried' | LoginFailure;

export interface Refusals {
  /**
   * Waits while another message tries a login that is not known to work, and shares its fate. Undefined: the login may be tried, and
   * `end` must be called.
   */
  enter(key: LoginKey): Promise<Refused | undefined>;
  /** @param verdict `untried`: the connection never came so far */
  end(key: LoginKey, verdict: LoginVerdict): void;
  /** The logins that somebody must do something about, by their place. */
  standing(): ReadonlyMap<string, Refused>;
}

const minuteMs = 60_000;
/** After the first refusal, and each time twice as long. */
const firstPauseMs = 15 * minuteMs;
const longestPauseMs = 4 * 60 * minuteMs;
/** A server that has trouble itself. */
const laterPauseMs = minuteMs;

interface State {
  readonly id: string;
  isGood: boolean;
  /** How often in a row. */
  refusals: number;
  refused: Refused | undefined;
  /** A try while the login is not known to work. */
  trial: PromiseWithResolvers<LoginVerdict> | undefined;
}

/** For the messages that waited for a try that came to nothing; the next one tries again. */
const notReached: LoginFailure = {
  kind: 'later',
  status: '4.4.1',
  did: 'could not be reached by another message with this login',
  advice: '',
};

/** @param changed is called when a login is refused that was not, or works again */
export function createRefusals(clock: Clock, changed: () => void): Refusals {
  const states = new Map<string, State>();

  function stateOf({ place, id }: LoginKey): State {
    const known = states.get(place);
    if (known?.id === id) return known;
    known?.trial?.resolve('untried');
    const state: State = { id, isGood: false, refusals: 0, refused: undefined, trial: undefined };
    states.set(place, state);
    if (known?.refused) changed();
    return state;
  }

  function refuse(state: State, failure: LoginFailure): void {
    const isRefused = failure.kind === 'refused';
    if (isRefused) state.refusals++;
    const pauseMs = isRefused ? Math.min(firstPauseMs * 2 ** (state.refusals - 1), longestPauseMs) : laterPauseMs;
    const nowMs = clock.nowMs();
    state.refused = { failure, sinceMs: nowMs, untilMs: nowMs + pauseMs };
    state.isGood = false;
    changed();
  }

  return {
    async enter(key) {
      for (;;) {
        const state = stateOf(key);
        if (state.refused && clock.nowMs() < state.refused.untilMs) return state.refused;
        if (state.isGood) return undefined;
        if (!state.trial) {
          state.trial = Promise.withResolvers();
          return undefined;
        }
        const verdict = await state.trial.promise;
        const nowMs = clock.nowMs();
        if (verdict === 'untried') return { failure: notReached, sinceMs: nowMs, untilMs: nowMs };
      }
    },
    end(key, verdict) {
      const state = states.get(key.place);
      if (state?.id !== key.id) return;
      const wasRefused = state.refused !== undefined;
      if (verdict === 'good') Object.assign(state, { isGood: true, refusals: 0, refused: undefined });
      else if (verdict !== 'untried') refuse(state, verdict);
      if (verdict === 'good' && wasRefused) changed();
      state.trial?.resolve(verdict);
      state.trial = undefined;
    },
    standing() {
      return new Map(
        [...states].flatMap(([place, { refused }]) => (refused?.failure.kind === 'refused' ? [[place, refused]] : [])),
      );
    },
  };
}
