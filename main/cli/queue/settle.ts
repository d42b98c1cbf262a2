// waypost queue settle: writes what only the journal has into qmail's files, while no host runs.
import { countQueue } from '../../../core/queue/owner/qread.ts';
import { recoverOffline } from '../../../core/queue/recovery/recover-offline.ts';
import type { CommandIo } from '../command-io.ts';
import { requireHome } from './qmail-qread.ts';

/** @returns 0 done, or nothing to do; refusals are thrown as UserError */
export async function settle(io: CommandIo): Promise<number> {
  requireHome(io.home);
  const didWork = await recoverOffline(io.home, line => io.stderr.write(`queue: ${line}\n`));
  const { messages } = countQueue(io.home);
  if (didWork)
    io.stdout.write(`Settled. The queue is in qmail's files, messages: ${messages}. qmail can take it over.\n`);
  else io.stdout.write('Nothing to settle: the last host left nothing in the journal.\n');
  return 0;
}
