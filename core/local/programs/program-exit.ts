// How our programs end with an error: one line on standard error, and an exit code.

import { reasonOf } from '../../lib/user-error.ts';
import type { InnerEnd, ProgramCall } from '../../paper-path/builtin-program.ts';

type Err = Pick<ProgramCall, 'err'>;

/** Prints the reason. @returns the exit code */
export function fatal(call: Err, name: string, exitCode: number, text: string): number {
  call.err(`${name}: fatal: ${text}\n`);
  return exitCode;
}

/** A temporary error that ends a program; its text is printed after `fatal: `. */
export class FatalError extends Error {}

/** Turns any error of `run` into a FatalError. @param what the text before the reason. @throws FatalError */
export async function orFatal<T>(what: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof FatalError ? error : new FatalError(`${what}: ${reasonOf(error)}`);
  }
}

/** Prints the usage of a program. @param synopsis begins with its name. @returns its exit code */
export function usage(call: Err, synopsis: string): number {
  call.err(`${synopsis.split(' ')[0]}: usage: ${synopsis}\n`);
  return 100;
}

/** The exit code of a program that ends like the program it has run. */
export function endAs(call: Err, name: string, program: string, end: InnerEnd): number {
  if (end === 'crashed') return fatal(call, name, 111, 'child crashed');
  if (typeof end === 'number') return end;
  return fatal(call, name, end.temporary ? 111 : 100, `unable to run ${program}: ${end.why}`);
}

/** Whether the arguments name a program. */
export function isCommand(argv: readonly string[]): argv is readonly [string, ...string[]] {
  return argv.length > 0;
}
