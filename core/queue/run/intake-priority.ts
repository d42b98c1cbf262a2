// Accepting mail goes before delivering it: clients wait, while an accepted message is safe. A turn of the event loop in which a
// client was active starts no delivery of a message that has just come; a turn without one starts a few. So deliveries fill the
// gaps, above all those in which messages wait for the disk. No message waits longer than two seconds.
import { type Clock, nowSec } from '../../lib/clock.ts';

/** Decides how much may be delivered while mail comes in. */
export interface IntakePriority {
  /** A client was active. */
  heard(): void;
  /** A message was accepted. */
  arrived(sizeBytes: number): void;
  /** Called in every turn of the event loop in which messages may be delivered. */
  turn(): Allowance;
}

/** What may be delivered now. */
interface Allowance {
  /** Messages that were due by then. */
  readonly untilSec: number;
  /** At most so many of them. */
  readonly most: number;
}

/** When no client was active for so long, everything may be delivered. */
const quietMs = 50;
/** How many messages are started in a gap: so few that clients do not wait, enough to share their writes to log and journal. */
const fewMessages = 4;
/** With more bytes than that in memory, deliveries must make room. */
const mostBytes = 16 * 1024 * 1024;

export function createIntakePriority(clock: Clock): IntakePriority {
  let wasHeard = false;
  let heardMs = Number.NEGATIVE_INFINITY;
  /** Messages can be delayed if they are of this second or of the one before it. */
  let thisSec = 0;
  let bytes = 0;
  let bytesBefore = 0;

  function turnTo(sec: number): void {
    if (sec === thisSec) return;
    bytesBefore = sec === thisSec + 1 ? bytes : 0;
    bytes = 0;
    thisSec = sec;
  }

  return {
    heard() {
      wasHeard = true;
    },
    arrived(sizeBytes) {
      turnTo(nowSec(clock));
      bytes += sizeBytes;
    },
    turn() {
      const nowMs = clock.nowMs();
      turnTo(nowSec(clock));
      const now = wasHeard;
      wasHeard = false;
      if (now) heardMs = nowMs;
      // Math.abs: the clock may have been set back.
      const isOver = Math.abs(nowMs - heardMs) >= quietMs || bytes + bytesBefore > mostBytes;
      if (isOver) return { untilSec: thisSec, most: Number.POSITIVE_INFINITY };
      return now ? { untilSec: thisSec - 2, most: Number.POSITIVE_INFINITY } : { untilSec: thisSec, most: fewMessages };
    },
  };
}
