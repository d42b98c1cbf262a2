// qmail-newu: makes users/cdb from users/assign.
import { newUsers } from '../../../core/local/users/qmail-newu.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 made; refusals are thrown as UserError with qmail's exit code 111 */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  await newUsers(io.home);
  return 0;
}
