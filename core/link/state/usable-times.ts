// The times in which a link could be used, kept in its state while they grow: mail ages by them (link-time.ts).
import { type Clock, nowSec } from '../../lib/clock.ts';
import { type Times, withTime } from './link-time.ts';
import type { StateFile } from './saved-state.ts';

/** After a crash so much of the last time may be missing: mail then only lives longer. */
const saveEverySec = 600;

export interface UsableTimes {
  /** All, until now. */
  all(): Times;
  /** It can be used since `begin`. */
  readonly isGrowing: boolean;
  begin(): void;
  end(): void;
  /** Saves the time that grows, now and then. */
  goOn(): void;
}

export function createUsableTimes(file: StateFile, clock: Clock): UsableTimes {
  let sinceSec: number | undefined;
  let savedSec = 0;

  function all(): Times {
    const { usable } = file.state;
    return sinceSec === undefined ? usable : withTime(usable, sinceSec, nowSec(clock));
  }

  function save(): void {
    file.change({ usable: all().map(([from, to]) => [from, to]) });
    savedSec = nowSec(clock);
  }

  return {
    all,
    get isGrowing() {
      return sinceSec !== undefined;
    },
    begin() {
      sinceSec = nowSec(clock);
      save();
    },
    end() {
      if (sinceSec === undefined) return;
      save();
      sinceSec = undefined;
    },
    goOn() {
      if (sinceSec !== undefined && nowSec(clock) - savedSec >= saveEverySec) save();
    },
  };
}
