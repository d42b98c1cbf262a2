// Taking mail in goes before delivering it: whoever sends is waiting, while what was accepted is safe. A turn of the event
// loop in which somebody was heard starts no delivery of a message that has just come; one in which nobody was heard, a few.
// So deliveries fill the gaps, above all those in which messages wait for the disk. No message waits longer than two seconds.
import { type Clock, nowSec } from '../../lib/clock.ts';

/** Watches what comes in. */
export interface IntakePriority {
  /** A client was heard or answered. */
  heard(): void;
  /** A message is in the queue. */
  arrived(sizeBytes: number): void;
  /** Asked in every turn of the event loop in which something may be delivered. */
  turn(): Allowance;
}

/** What may be delivered now. */
interface Allowance {
  /** Messages that were due by then. */
  readonly untilSec: number;
  /** At most so many of them. */
  readonly most: number;
}

/** When nobody was heard for so long, the rush is over. */
const quietMs = 50;
/** What is started in a gap: few enough to be no obstacle, enough to share their writes to log and journal. */
const fewMessages = 4;
/** Of more bytes in memory, deliveries have to make room. */
const mostBytes = 16 * 1024 * 1024;

export function createIntakePriority(clock: Clock): IntakePriority {
  let wasHeard = false;
  let heardMs = Number.NEGATIVE_INFINITY;
  /** The messages that can be held: those of this second and of the one before it. */
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
      // A clock that was set back makes no rush of what is over.
      const isOver = Math.abs(nowMs - heardMs) >= quietMs || bytes + bytesBefore > mostBytes;
      if (isOver) return { untilSec: thisSec, most: Number.POSITIVE_INFINITY };
      return now ? { untilSec: thisSec - 2, most: Number.POSITIVE_INFINITY } : { untilSec: thisSec, most: fewMessages };
    },
  };
}
