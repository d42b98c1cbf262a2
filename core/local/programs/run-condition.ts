// Runs a program as a condition: exit code 0 is yes, 111 is a temporary error, all others are no.
import type { ProgramCall } from '../../paper-path/builtin-program.ts';
import { fatal } from './program-exit.ts';

/**
 * Runs the program on the message.
 * @param name of the calling program
 * @returns the result; or the exit code of the calling program after a temporary error, which has been reported
 */
export async function runCondition(
  call: ProgramCall,
  name: string,
  argv: readonly [string, ...string[]],
): Promise<'yes' | 'no' | number> {
  const end = await call.run({ argv });
  if (end === 'crashed') return fatal(call, name, 111, 'child crashed');
  // A program that does not exist counts as one that exits with 100.
  const code = typeof end === 'number' ? end : end.temporary ? 111 : 100;
  if (code === 111) return fatal(call, name, 111, 'temporary child error');
  return code === 0 ? 'yes' : 'no';
}
