// A file that may be missing.
import { readFileSync } from 'node:fs';
import { errorCode } from '../user-error.ts';

/** Undefined: there is no such file. @throws what else the file system says */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
