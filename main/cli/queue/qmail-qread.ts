// qmail-qread: lists the queue from its files, whether or not the host runs.

import { isNullClient } from '../../../core/control/null-client.ts';
import { isHome } from '../../../core/home/make-home.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { listQueue } from '../../../core/queue/owner/qread.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0; refusals are thrown as UserError with qmail's exit code 111 */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  requireHome(io.home);
  for (const line of listQueue(io.home)) io.stdout.write(Buffer.from(`${line}\n`, 'latin1'));
  return 0;
}

/** @throws UserError when there is no home, or one without a queue */
export function requireHome(home: string): void {
  if (!isHome(home))
    throw new UserError(`${home} is not a Waypost home. Create one with: waypost init`, { exitCode: 111 });
  if (isNullClient(home)) {
    throw new UserError(`${home} is a null client: it has no queue, so no mail waits here.`, { exitCode: 111 });
  }
}
