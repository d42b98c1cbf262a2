// qmail-newu: compiles users/assign into users/cdb.
import { newUsers } from '../../../core/local/users/qmail-newu.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 created. @throws UserError with exit code 111 */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  await newUsers(io.home);
  return 0;
}
