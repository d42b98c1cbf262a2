// qmail-qmqpc: sends the message on fd 0 with the envelope on fd 1 to a QMQP server, instead of qmail-queue. It prints nothing; the exit
// code tells the result.
import { tmpdir } from 'node:os';
import { readControl } from '../../../core/control/control.ts';
import { isHome } from '../../../core/home/make-home.ts';
import { readEnvelopeRecords } from '../../../core/inject/programs/envelope-records.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import type { MessageSource } from '../../../core/paper-path/shapes.ts';
import { spoolMessage } from '../../../core/paper-path/spool.ts';
import { sendByQmqp } from '../../../core/remote/qmqp-client.ts';
import type { CommandIo } from '../command-io.ts';
import { piecesOfFd } from '../read-descriptor.ts';

const readError = 54;
const noControls = 55;
const noHome = 61;
const badFormat = 91;

/**
 * @param openEnvelope opens fd 1; called only after the message was read completely
 * @returns 0 a server accepted it; 11 to 40 permanent failure; others try again
 */
export async function run(
  _args: readonly string[],
  io: CommandIo,
  openEnvelope: () => MessageSource = () => piecesOfFd(1),
): Promise<number> {
  if (!isHome(io.home)) return noHome;
  const servers = serversOf(io.home);
  if (!servers) return noControls;
  try {
    await using spooled = await spoolMessage(io.stdin, tmpdir());
    const records = await readEnvelopeRecords(openEnvelope());
    if (records.ok) return await sendByQmqp(servers, spooled, records.envelope, { clock: systemClock });
    // qmail-qmqpc treats a truncated envelope as a malformed one.
    return records.code === readError ? badFormat : records.code;
  } catch (error) {
    return error instanceof UserError ? error.exitCode : readError;
  }
}

/** control/qmqpservers; undefined: it does not exist or cannot be read. */
function serversOf(home: string): readonly string[] | undefined {
  try {
    return readControl(home).qmqpServers;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
