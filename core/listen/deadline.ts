// A time limit for a whole session, which no byte renews: until its first message or its login.
import type { Clock } from '../lib/clock.ts';
import type { SessionProgress } from './session-progress.ts';

/** The most that all extensions together may bring a session to. */
const longestMs = 600_000;

interface Deadline extends Pick<SessionProgress, 'started' | 'extend'> {}

/** Calls `expired` once, unless the session starts before that. */
export function createDeadline(clock: Clock, ms: number, expired: () => void): Deadline {
  let leftMs = longestMs - ms;
  let addedMs = 0;
  let cancel = clock.after(ms, check);

  function check(): void {
    if (addedMs > 0) {
      cancel = clock.after(addedMs, check);
      addedMs = 0;
    } else expired();
  }

  return {
    started: () => cancel(),
    extend(more) {
      const granted = Math.min(more, leftMs);
      leftMs -= granted;
      addedMs += granted;
    },
  };
}
