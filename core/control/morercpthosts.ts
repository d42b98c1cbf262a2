// control/morercpthosts.cdb: domains that strangers may send to, for hosts with very many of them (qmail-newmrh makes it).
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { cdbInFile } from '../lib/disk/cdb.ts';
import { openToRead } from '../lib/disk/open-to-read.ts';
import { errorCode, reasonOf, UserError } from '../lib/user-error.ts';

/** The domains and `.suffixes` in the file, in lower case. */
export interface MoreRcptHosts {
  /** @throws UserError when the file exists but cannot be read: the answer is unknown */
  hasAny(keys: readonly string[]): boolean;
}

/** Opens the file for each recipient, so that the answer is always that of the current file. */
export function moreRcptHostsIn(directory: string): MoreRcptHosts {
  const path = join(directory, 'morercpthosts.cdb');
  return {
    hasAny(keys) {
      try {
        return isAnyInCdb(path, keys);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return false;
        throw new UserError(`Unable to read ${path}: ${reasonOf(error)}.`, { exitCode: 111, cause: error });
      }
    },
  };
}

function isAnyInCdb(path: string, keys: readonly string[]): boolean {
  const fd = openToRead(path);
  try {
    const cdb = cdbInFile(fd);
    return keys.some(key => cdb.get(Buffer.from(key, 'latin1')) !== undefined);
  } finally {
    closeSync(fd);
  }
}
