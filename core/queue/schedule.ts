// When to try again (qmail-send's nextretry): attempts at ages 0, s², (2s)², (3s)²… with s = 10 local, 20 remote.
import type { Channel } from '../control/classify.ts';

const skip: Readonly<Record<Channel, number>> = { local: 10, remote: 20 };

/**
 * The time of the attempt after one that starts now, in seconds since 1970.
 * Computed when a pass starts, so that a slow attempt does not push the next one away.
 */
export function nextTrySec(bornSec: number, startSec: number, channel: Channel): number {
  const age = Math.max(startSec - bornSec, 0);
  const n = Math.floor(Math.sqrt(age)) + skip[channel];
  return bornSec + n * n;
}
