// ofmipname: creates the database of sender names for ofmipd from the lines on standard input.
import { buffer } from 'node:stream/consumers';
import { readOfmipNames } from '../../../core/inject/ofmipd/ofmip-names.ts';
import { publishCdb } from '../../../core/lib/disk/publish-cdb.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 created, 100 wrong usage. @throws UserError (111) if a file cannot be read or written */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [database, temporary] = args;
  if (!database || !temporary || args.length > 2) {
    io.stderr.write('ofmipname: usage: ofmipname cdb tmp\n');
    return 100;
  }
  const records = readOfmipNames((await buffer(io.stdin)).toString('latin1'));
  await publishCdb(database, temporary, records, cause => ({
    open: `unable to create ${temporary}: ${reasonOf(cause)}`,
    write: `unable to create ${temporary}: ${reasonOf(cause)}`,
    move: `unable to move ${temporary} to ${database}: ${reasonOf(cause)}`,
  }));
  return 0;
}
