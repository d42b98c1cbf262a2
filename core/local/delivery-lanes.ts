// With which others a delivery may hang together: those of the same program line, and where several users get mail, of one user.
import type { Lane } from '../paper-path/shapes.ts';
import type { LocalArgs } from './qmail-local.ts';
import type { WhichProcess } from './which-process.ts';

/** Of a longer line this much tells it from others. */
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
