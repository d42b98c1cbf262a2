// The pauses between attempts to connect: each is twice as long as the one before, up to a limit.
import type { Timers } from '../models/timers.ts';

export interface GrowingPause {
  /** Makes the next attempt after a pause. @returns when that is */
  begin(): number;
  cancel(): void;
  /** The next pause is short again. */
  reset(): void;
}

const firstMs = 500;
const longestMs = 15_000;

export function createGrowingPause(timers: Timers, attempt: () => void): GrowingPause {
  let pauseMs = firstMs;
  let cancel = () => {};
  return {
    begin() {
      const atMs = timers.nowMs() + pauseMs;
      cancel = timers.later(attempt, pauseMs);
      pauseMs = Math.min(longestMs, pauseMs * 2);
      return atMs;
    },
    cancel: () => cancel(),
    reset() {
      pauseMs = firstMs;
    },
  };
}
