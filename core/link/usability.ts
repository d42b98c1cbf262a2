// Whether a link can be used now, why not, and when that may change by itself.
import type { LinkOfHome } from '../control/links/read-links.ts';
import { isOpen, nextChange } from '../control/links/windows.ts';
import type { Clock } from '../lib/clock.ts';
import type { EarlyEnd } from './contact/contact.ts';
import type { PresenceWatch } from './known-by/presence.ts';
import { isSpent, nextDayMs } from './limits.ts';
import type { StateFile } from './state/saved-state.ts';

export interface UsabilityDeps {
  readonly clock: Clock;
  readonly file: () => LinkOfHome;
  readonly state: Pick<StateFile, 'state'>;
  readonly presence: Pick<PresenceWatch, 'now' | 'changesMs'>;
}

export interface Usability {
  isWindowOpen(): boolean;
  /** The limits of a day are used up. */
  isSpent(): boolean;
  /** Nothing but its presence can be in the way: not its file, a person, its windows or its limits. */
  mayRun(): boolean;
  isUsable(): boolean;
  /** What a person wants now goes outside the windows too, unless the link is known to be down. */
  mayGoNow(): boolean;
  /** For a link that is not usable. */
  whyNot(): EarlyEnd;
  /** In milliseconds; news may come earlier. */
  untilChange(): number;
}

/** Without news, the clock is looked at this often: the machine may sleep, and clocks are set. */
const reviewMs = 60_000;

export function createUsability({ clock, file, state, presence }: UsabilityDeps): Usability {
  const isWindowOpen = () => isOpen(file().link.windows, new Date(clock.nowMs()));
  const spent = () => isSpent(file().link, state.state.today, clock.nowMs());
  const isRight = () => file().problems.length === 0;
  const mayRun = () => isRight() && !state.state.offline && isWindowOpen() && !spent();
  return {
    isWindowOpen,
    isSpent: spent,
    mayRun,
    isUsable: () => presence.now().state === 'up' && mayRun(),
    mayGoNow: () => presence.now().state !== 'down' && !state.state.offline && isRight(),
    whyNot() {
      if (state.state.offline) return { end: 'stopped', why: 'it is kept offline' };
      if (!isWindowOpen()) return { end: 'given-up', why: 'its window has closed' };
      if (spent()) return { end: 'given-up', why: "the day's limit is reached" };
      return { end: 'stopped', why: isRight() ? 'the link went down' : 'its file has an error' };
    },
    untilChange() {
      const nowMs = clock.nowMs();
      const windowMs = nextChange(file().link.windows, new Date(nowMs))?.getTime();
      const changes = [presence.changesMs(), windowMs, nextDayMs(nowMs)];
      const later = changes.filter(atMs => atMs !== undefined && atMs > nowMs) as number[];
      return Math.max(0, Math.min(reviewMs, ...later.map(atMs => atMs - nowMs)));
    },
  };
}
