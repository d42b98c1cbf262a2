// qmail-newu: compiles users/assign into users/cdb.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { publishCdb } from '../../lib/disk/publish-cdb.ts';
import { errorCode, UserError } from '../../lib/user-error.ts';
import { AssignFormatError, parseAssign } from './assign-file.ts';

/** @throws UserError with exit code 111 and qmail-newu's text; the old users/cdb is unchanged then */
export async function newUsers(home: string): Promise<void> {
  if (!statSync(home, { throwIfNoEntry: false })?.isDirectory()) throw later('unable to chdir');
  const records = recordsOf(join(home, 'users/assign'));
  await publishCdb(join(home, 'users/cdb'), join(home, 'users/cdb.tmp'), records, () => ({
    open: 'unable to open users/cdb.tmp',
    write: 'unable to write users/cdb.tmp',
    move: 'unable to move users/cdb.tmp to users/cdb',
  }));
}

function recordsOf(path: string) {
  try {
    return parseAssign(readFileSync(path, 'latin1'));
  } catch (error) {
    if (!(error instanceof AssignFormatError)) {
      throw later(`unable to ${errorCode(error) === 'EISDIR' ? 'read' : 'open'} users/assign`, error);
    }
    const line = error.line === undefined ? '' : `:${error.line}`;
    throw later(`bad format in users/assign\n${path}${line}: ${error.message}`, error);
  }
}

function later(text: string, cause?: unknown): UserError {
  return new UserError(text, { exitCode: 111, cause });
}
