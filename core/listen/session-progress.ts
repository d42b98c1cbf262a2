// How long a client may stay without doing what it came for: a time limit in all, which no byte renews, until its first message
// or its login.
import type { Clock } from '../lib/clock.ts';

/** What a session tells of its client. */
export interface Stay {
  /** It has begun what it came for: the time limit is over, the session's own limits count from here. */
  begun(): void;
  /** It gets on: its place is not for others. */
  progress(): void;
  /** It has logged in. */
  trust(): void;
  /** It had to wait, or has more to say than others. */
  moreTime(ms: number): void;
}

/** For a session that no place is short for. */
export const unhurried: Stay = { begun() {}, progress() {}, trust() {}, moreTime() {} };

/** Nobody gets more time than this. */
const longestMs = 600_000;

interface Deadline extends Pick<Stay, 'begun' | 'moreTime'> {}

/** Calls `late` once, unless it is told before that the client has begun. */
export function createDeadline(clock: Clock, ms: number, late: () => void): Deadline {
  let leftMs = longestMs - ms;
  let addedMs = 0;
  let cancel = clock.after(ms, lookAgain);

  function lookAgain(): void {
    if (addedMs > 0) {
      cancel = clock.after(addedMs, lookAgain);
      addedMs = 0;
    } else late();
  }

  return {
    begun: () => cancel(),
    moreTime(more) {
      const granted = Math.min(more, leftMs);
      leftMs -= granted;
      addedMs += granted;
    },
  };
}
