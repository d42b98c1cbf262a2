// qmail-getpw: prints the account of this machine that a local part belongs to, as six strings, each followed by a NUL.
import { formatAssignment } from '../../../core/local/users/assignment.ts';
import { UserLookupError } from '../../../core/local/users/user-lookup-error.ts';
import { accountOf } from '../../../core/local/users/users.ts';
import { addressFromText } from '../../../core/message/address.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 printed, 100 wrong usage, 115, 116 or 118 as defined by qmail-lspawn */
export async function run([local]: readonly string[], io: CommandIo): Promise<number> {
  if (local === undefined) return 100;
  try {
    const { assignment } = accountOf(io.home, addressFromText(local));
    io.stdout.write(Buffer.from(formatAssignment(assignment), 'latin1'));
    return 0;
  } catch (error) {
    if (!(error instanceof UserLookupError)) throw error;
    if (error.message) io.stderr.write(Buffer.from(`qmail-getpw: ${error.message}\n`, 'latin1'));
    return error.code;
  }
}
