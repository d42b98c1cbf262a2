// The lanes of a delivery, which limit how many may hang at the same time: one for each program line, and if the host delivers for
// several users, one for each user.
import type { Lane } from '../paper-path/shapes.ts';
import type { LocalArgs } from './qmail-local.ts';

/** This much of a line identifies it. */
const keyBytes = 1000;

/** The lanes of the program lines of a delivery. */
export function deliveryLanes(
  { homeDir }: Pick<LocalArgs, 'homeDir'>,
  uid: number,
  programs: readonly string[],
): Lane[] {
  const lines = new Set(programs.map(command => `run ${uid} ${homeDir} ${command.slice(0, keyBytes)}`));
  return [...lines].map(key => ({ key, share: 'half' }));
}

/** The lane of all deliveries that run in processes of one user. */
export function userLane(uid: number): Lane {
  return { key: `as ${uid}`, share: 'most' };
}
