// The lanes of a delivery, which limit how many may hang at the same time: one for each program line, and if the host delivers for
// several users, one for each user.
import type { Lane } from '../paper-path/shapes.ts';
import type { LocalArgs } from './qmail-local.ts';
import type { WhichProcess } from './which-process.ts';

/** This much of a line identifies it. */
const keyBytes = 1000;

/** @param programs the program lines of the delivery */
export function deliveryLanes(
  runsIn: WhichProcess,
  { homeDir }: Pick<LocalArgs, 'homeDir'>,
  uid: number,
  programs: readonly string[],
): Lane[] {
  const lines = new Set(programs.map(command => `run ${uid} ${homeDir} ${command.slice(0, keyBytes)}`));
  const lanes: Lane[] = [...lines].map(key => ({ key, share: 'half' }));
  if (runsIn === 'own-process') lanes.push({ key: `as ${uid}`, share: 'most' });
  return lanes;
}
