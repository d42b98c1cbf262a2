// sendmail -q: makes every message in the queue due now.
import { UserError } from '../../../core/lib/user-error.ts';
import { withHost } from '../../running/control-client.ts';
import type { CommandIo } from '../command-io.ts';

const temporary = 111;

/** @returns 0, or 111 when no host runs, or it refuses: a host that starts tries what waits */
export async function flushQueue(io: CommandIo): Promise<number> {
  try {
    const code = await withHost(io, 'sendmail', async api => {
      await api.call('queue.retry', {});
      return 0;
    });
    return code === 0 ? 0 : temporary;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.stderr.write(`sendmail: fatal: ${error.message}\n`);
    return temporary;
  }
}
