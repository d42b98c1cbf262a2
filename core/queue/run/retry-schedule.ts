// When to try again (qmail-send's nextretry): attempts at ages 0, s², (2s)², (3s)²… with s = 10 local, 20 remote.
import type { Channel } from '../../control/classify.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

const skip: Readonly<Record<Channel, number>> = { local: 10, remote: 20 };

/**
 * The time of the attempt after one that starts now, in seconds since 1970.
 * Computed when a pass starts, so that a slow attempt does not push the next one away.
 */
export function nextTrySec(bornSec: number, startSec: number, channel: Channel): number {
  const age = Math.max(startSec - bornSec, 0);
  const n = Math.floor(Math.sqrt(age)) + skip[channel];
  return startSec - age + n * n;
}

/** 2020: a clock that says less has not been set yet. */
const clockIsSetSec = 1_577_836_800;

/**
 * Whether the birth was written by a clock that was not set yet, or that has been set back since: then it tells nothing about the
 * message's age. (A clock that was wrong by less and is set forward makes messages older; that looks like sleep.)
 */
export function isDoubtful(bornSec: number, nowSec: number): boolean {
  return bornSec > nowSec || (bornSec < clockIsSetSec && nowSec >= clockIsSetSec);
}

/** A due time later than any that an attempt until now can have set is from a clock that has been set back since: it is ignored. */
export function plausibleDue(dueSec: number, bornSec: number, nowSec: number, channel: Channel): number {
  return Math.min(dueSec, nextTrySec(bornSec, nowSec, channel));
}

/**
 * From when the age of a message counts.
 * @param infoSec the time of info/N; if it differs from the birth, the owner has set it (`touch -d`), and it counts
 */
export function birthOf(
  message: Pick<QueuedMessage, 'bornSec' | 'countedFromSec'>,
  nowSec: number,
  infoSec: number | undefined,
): number {
  if (infoSec !== undefined && infoSec !== message.bornSec) return infoSec;
  if (!isDoubtful(message.bornSec, nowSec)) return message.bornSec;
  message.countedFromSec = Math.min(message.countedFromSec ?? nowSec, nowSec);
  return message.countedFromSec;
}
