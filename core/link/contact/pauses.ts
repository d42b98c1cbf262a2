// How long a link rests before a contact is tried again while it stays up: longer and longer.
import type { LinkContact } from '../../api/links.ts';

export interface Pauses {
  /** The next contact that works starts again with the shortest. */
  reset(): void;
  /** In ms. @param end how the last contact ended */
  next(end: LinkContact['end']): number;
}

const minuteMs = 60_000;
const [shortestMs, shortestMeteredMs, longestMs] = [minuteMs, 15 * minuteMs, 60 * minuteMs];
/** A contact that its limits have ended is not simply begun again. */
const afterLimitMs = 15 * minuteMs;

export function createPauses(isMetered: () => boolean): Pauses {
  let tries = 0;
  return {
    reset() {
      tries = 0;
    },
    next(end) {
      const first = end === 'given-up' ? afterLimitMs : isMetered() ? shortestMeteredMs : shortestMs;
      const pauseMs = Math.min(longestMs, first * 2 ** tries);
      tries = Math.min(tries + 1, 10);
      return pauseMs;
    },
  };
}
