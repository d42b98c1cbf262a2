// qmail-qstat: counts the queue from its directories, whether or not the host runs.
import { countQueue } from '../../../core/queue/owner/qread.ts';
import type { CommandIo } from '../command-io.ts';
import { requireHome } from './qmail-qread.ts';

/** @returns 0; refusals are thrown as UserError with qmail's exit code 111 */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  requireHome(io.home);
  const { messages, unprocessed } = countQueue(io.home);
  io.stdout.write(`messages in queue: ${messages}\nmessages in queue but not yet preprocessed: ${unprocessed}\n`);
  return 0;
}
