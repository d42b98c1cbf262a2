// qmail-queue: queues the message on fd 0 under the envelope on fd 1. It prints nothing: its exit code is the result.
import { tmpdir } from 'node:os';
import { isNullClient } from '../../../core/control/null-client.ts';
import { readEnvelopeRecords } from '../../../core/inject/programs/envelope-records.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import type { MessageSource } from '../../../core/paper-path/shapes.ts';
import { spoolMessage } from '../../../core/paper-path/spool.ts';
import { becomeQueueProgram, openQueueForInjection } from '../../../core/queue/intake/inject-from-outside.ts';
import type { CommandIo } from '../command-io.ts';
import { messageInput } from '../message-input.ts';
import { piecesOfFd } from '../read-descriptor.ts';

const readError = 54;

/**
 * @param openEnvelope opens fd 1; called only after the message was read to its end
 * @returns qmail-queue's exit code: 0 queued, 11 to 40 never, others try again
 */
export async function run(
  _args: readonly string[],
  io: CommandIo,
  openEnvelope: () => MessageSource = () => piecesOfFd(1),
): Promise<number> {
  if (isNullClient(io.home)) return (await import('../remote/qmail-qmqpc.ts')).run([], io, openEnvelope);
  try {
    becomeQueueProgram(io.home);
    const accept = openQueueForInjection(io.home);
    await using spooled = await spoolMessage(messageInput(io.stdin), tmpdir());
    const records = await readEnvelopeRecords(openEnvelope());
    if (!records.ok) return records.code;
    const accepted = await accept(spooled.message, records.envelope, { uid: process.getuid?.() ?? 0 });
    return accepted.ok ? 0 : accepted.code;
  } catch (error) {
    return error instanceof UserError ? error.exitCode : readError;
  }
}
