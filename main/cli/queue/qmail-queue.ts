// qmail-queue: queues the message on fd 0 under the envelope on fd 1. It prints nothing: the exit code says it all.
import { read } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readEnvelopeRecords } from '../../../core/inject/envelope-records.ts';
import { spoolMessage } from '../../../core/inject/spool.ts';
import type { MessageSource } from '../../../core/lib/paper-path.ts';
import { errorCode, UserError } from '../../../core/lib/user-error.ts';
import { openQueueForInjection } from '../../../core/queue/inject-from-outside.ts';
import type { CommandIo } from '../command-io.ts';

const readError = 54;
const noHome = 61;
const notYetMs = 10;

/**
 * @param openEnvelope opens fd 1; called only after the message was read to its end
 * @returns qmail-queue's exit code: 0 queued, 11 to 40 never, others try again
 */
export async function run(
  _args: readonly string[],
  io: CommandIo,
  openEnvelope: () => MessageSource = envelopeOnFd1,
): Promise<number> {
  if (io.home === undefined) return noHome;
  try {
    const accept = openQueueForInjection(io.home);
    const spooled = await spoolMessage(io.stdin, tmpdir());
    try {
      const records = await readEnvelopeRecords(openEnvelope());
      if (!records.ok) return records.code;
      const accepted = await accept(spooled.message, records.envelope, { uid: process.getuid?.() ?? 0 });
      return accepted.ok ? 0 : accepted.code;
    } finally {
      await spooled.close();
    }
  } catch (error) {
    return error instanceof UserError ? error.exitCode : readError;
  }
}

/**
 * fd 1 as a source. It is read by hand: a stream would close the descriptor, whose number the queue's next file would
 * then get. When something made the pipe non-blocking, an envelope that is not there yet shows as EAGAIN.
 */
async function* envelopeOnFd1(): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await readFd1().catch((error: unknown) => {
      if (errorCode(error) === 'EAGAIN') return { bytesRead: -1, buffer: Buffer.alloc(0) };
      throw error;
    });
    if (bytesRead === 0) return;
    if (bytesRead < 0) await setTimeout(notYetMs);
    else yield buffer.subarray(0, bytesRead);
  }
}

const readFd1 = () => promisify(read)(1, Buffer.alloc(16 * 1024), 0, 16 * 1024, null);
