// A file that may be missing.
import { readFileSync } from 'node:fs';
import { errorCode } from '../user-error.ts';

/** Undefined: the file does not exist. @throws other errors of the file system */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
