// A QMTP or QMQP session on standard input and output.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readControl } from '../../../core/control/control.ts';
import { isNullClient } from '../../../core/control/null-client.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { createNetstringReader } from '../../../core/lib/net/netstring.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { clientFrom } from '../../../core/listen/client.ts';
import { clientKindOf } from '../../../core/listen/client-kind.ts';
import { createMemory } from '../../../core/listen/client-memory.ts';
import { noTimeLimit } from '../../../core/listen/session-progress.ts';
import { openInjection } from '../../../core/queue/intake/inject-from-outside.ts';
import type { QmtpSession } from '../../../core/receive/packages/qmtp-session.ts';
import { createReplyWriter } from '../../../core/receive/packages/write-reply.ts';
import type { CommandIo } from '../command-io.ts';

const temporary = 111;
/** The longest session (the alarm of qmail's programs). */
const longestMs = 3_600_000;

/** @returns the session's exit code; 111 when there is no home or no queue, and after an hour */
export async function servePackages(io: CommandIo, serve: (session: QmtpSession) => Promise<number>): Promise<number> {
  try {
    const late = Promise.withResolvers<number>();
    const cancel = systemClock.after(longestMs, () => late.resolve(temporary));
    const code = await Promise.race([serve(openSession(io)), late.promise]);
    cancel();
    return code;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.stderr.write(`${io.programName}: fatal: ${error.message}\n`);
    return temporary;
  } finally {
    io.stdin.destroy();
  }
}

function openSession(io: CommandIo): QmtpSession {
  const home = io.home;
  const client = clientFrom(io.env);
  const clientKind = clientKindOf(client);
  return {
    input: createNetstringReader(io.stdin),
    write: createReplyWriter(io.stdout),
    client,
    trusted: clientKind !== 'stranger',
    memory: createMemory().of(clientKind),
    progress: noTimeLimit,
    control: readControl(home),
    clock: systemClock,
    accept: openInjection(home, io.env),
    spoolDir: isNullClient(home) ? tmpdir() : join(home, 'queue', 'pid'),
    alert: text => void io.stderr.write(`${io.programName}: alert: ${text}\n`),
    // The server that started this program logs its clients.
    queued: () => {},
  };
}
