// qmail-newmrh: makes control/morercpthosts.cdb from control/morercpthosts.
import { newMoreRcptHosts } from '../../../core/control/qmail-newmrh.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 made; refusals are thrown as UserError with qmail's exit code 111 */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  await newMoreRcptHosts(io.home);
  return 0;
}
