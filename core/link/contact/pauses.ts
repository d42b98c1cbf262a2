// How long a link rests while it stays up: before a contact that failed is tried again, longer and longer; and before new mail
// goes, so that what comes together goes together.
import type { LinkContact } from '../../api/links.ts';
import type { Clock } from '../../lib/clock.ts';

export interface Pauses {
  /** The next contact that works starts again with the shortest. */
  reset(): void;
  /** In ms. @param end how the last contact ended */
  next(end: LinkContact['end']): number;
  /** A contact has ended now. */
  contactEnded(): void;
  /** In ms, for mail that has just come. */
  forNewMail(): number;
}

const minuteMs = 60_000;
const [shortestMs, shortestMeteredMs, longestMs] = [minuteMs, 15 * minuteMs, 60 * minuteMs];
/** A contact that its limits have ended is not simply begun again. */
const afterLimitMs = 15 * minuteMs;
const gatherMs = 500;
/** Between two contacts of a metered link that only new mail wants. */
const meteredGatherMs = minuteMs;

export function createPauses(clock: Clock, isMetered: () => boolean): Pauses {
  let tries = 0;
  let lastEndMs = Number.NEGATIVE_INFINITY;
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
    contactEnded() {
      lastEndMs = clock.nowMs();
    },
    forNewMail() {
      return isMetered() ? Math.max(gatherMs, lastEndMs + meteredGatherMs - clock.nowMs()) : gatherMs;
    },
  };
}
