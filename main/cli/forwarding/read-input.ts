// Reads all of standard input, for programs that convert files.
import { buffer } from 'node:stream/consumers';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

/** @throws UserError (exit code 111) if it cannot be read */
export async function readInput(io: CommandIo): Promise<Buffer> {
  try {
    return await buffer(io.stdin);
  } catch (error) {
    throw new UserError(`unable to read input: ${reasonOf(error)}`, { exitCode: 111, cause: error });
  }
}
