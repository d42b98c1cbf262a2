// A clock that moves only when a test says so.
import type { Clock } from '../../core/lib/clock.ts';

export interface SteppedClock extends Clock {
  /** Lets time pass: timers run in the order of their time. */
  pass(ms: number): void;
  /** Sets the clock: no time passes, so timers still take as long as they would have. */
  set(nowMs: number): void;
  /** How many timers wait. */
  readonly timers: number;
}

export function steppedClock(startMs = 0): SteppedClock {
  let nowMs = startMs;
  let passedMs = 0;
  let timers: { atMs: number; run: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: passedMs + Math.max(delayMs, 0), run };
      timers.push(timer);
      return () => {
        timers = timers.filter(one => one !== timer);
      };
    },
    pass(ms) {
      const endMs = passedMs + ms;
      for (;;) {
        const next = timers.filter(one => one.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers = timers.filter(one => one !== next);
        nowMs += next.atMs - passedMs;
        passedMs = next.atMs;
        next.run();
      }
      nowMs += endMs - passedMs;
      passedMs = endMs;
    },
    set(ms) {
      nowMs = ms;
    },
    get timers() {
      return timers.length;
    },
  };
}
