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

/** 2020: a machine whose clock says less has not been told the time yet. */
const clockIsSetSec = 1_577_836_800;

/**
 * Whether the birth was written by a clock that was not set yet, or that has been set back since: then it says nothing of
 * the message's age. (A clock that was wrong by less, and is set forward, makes older; nobody can tell that from sleep.)
 */
export function isDoubtful(bornSec: number, nowSec: number): boolean {
  return bornSec > nowSec || (bornSec < clockIsSetSec && nowSec >= clockIsSetSec);
}

/** A due time that no attempt up to now can have led to was written by a clock that has been set back since: it counts no more. */
export function plausibleDue(dueSec: number, bornSec: number, nowSec: number, channel: Channel): number {
  return Math.min(dueSec, nextTrySec(bornSec, nowSec, channel));
}

/**
 * When the age of a message begins, as far as anybody knows.
 * @param infoSec the time of info/N; another one than the birth was given by the owner (`touch -d`), and counts
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
