// Programs that are asked about a message: exit code 0 is yes, 111 is not known yet, everything else is no.
import type { ProgramCall } from '../../paper-path/own-program.ts';
import { fatal } from './program-exit.ts';

/**
 * Runs the program on the message.
 * @param name of the program that asks
 * @returns the answer; or, when there is none, the exit code of the one that asks: it has said why
 */
export async function runCondition(
  call: ProgramCall,
  name: string,
  argv: readonly [string, ...string[]],
): Promise<'yes' | 'no' | number> {
  const end = await call.run({ argv });
  if (end === 'crashed') return fatal(call, name, 111, 'child crashed');
  // A program that is not there answers as one that exits with 100.
  const code = typeof end === 'number' ? end : end.temporary ? 111 : 100;
  if (code === 111) return fatal(call, name, 111, 'temporary child error');
  return code === 0 ? 'yes' : 'no';
}
