// Time as a dependency: services never call Date.now() themselves, so that tests can move the clock.

/** A source of time and of timers. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels it. Timers never keep the process alive. */
  after(delayMs: number, run: () => void): () => void;
}

const longestDelayMs = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(delayMs, 0), longestDelayMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The same for a process without other work: its timers keep it alive. */
export const waitingClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Whole seconds since 1970, as qmail's files and formulas use them. */
export function nowSec(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1000);
}
