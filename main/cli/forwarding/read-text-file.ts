// A file that a program is named, whole.
import { readFileSync } from 'node:fs';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';

/** @returns its bytes as a byte string. @throws UserError (exit code 111) when it cannot be read */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    throw new UserError(`unable to read ${path}: ${reasonOf(error)}`, { exitCode: 111, cause: error });
  }
}
