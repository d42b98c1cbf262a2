// Reads a file that was named as an argument.
import { readFileSync } from 'node:fs';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';

/** @returns its contents as a byte string. @throws UserError (exit code 111) if it cannot be read */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    throw new UserError(`unable to read ${path}: ${reasonOf(error)}`, { exitCode: 111, cause: error });
  }
}
