// What maildirserial and its two short forms share: the Maildir, the log on standard error, and queueing bounces.
import { resolve } from 'node:path';
import { type Control, readControl } from '../../../core/control/control.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import type { ReturnToSender } from '../../../core/link/serial/act-on-result.ts';
import { maildirSerial, type SerialClient, SerialFailure } from '../../../core/link/serial/maildir-serial.ts';
import { createReturnToSender } from '../../../core/link/serial/return-to-sender.ts';
import { addressFromText } from '../../../core/message/address.ts';
import { MaildirScanError } from '../../../core/paper-path/maildir-files.ts';
import { djbReason } from '../../../core/ucspi/super-server.ts';
import { acceptInto, invoker } from '../builtin-program.ts';
import type { CommandIo } from '../command-io.ts';

/** One run. */
export interface MaildirserialCall {
  readonly directory: string;
  readonly prefix: string;
  readonly bounces: boolean;
  readonly lifetimeSec: number | undefined;
  /** Its working directory is the Maildir. */
  readonly client: SerialClient;
}

/** @returns 0 nothing is left, 100 the client was called with wrong arguments, 111 something is left */
export async function runMaildirserial(call: MaildirserialCall, io: CommandIo): Promise<number> {
  const log = (line: string) => void io.stderr.write(Buffer.from(`${line}\n`, 'latin1'));
  const fail = (text: string): number => {
    log(`maildirserial: fatal: ${text}`);
    return 111;
  };
  const home = { ...io, home: resolve(io.home ?? '') };
  try {
    process.chdir(call.directory);
  } catch (error) {
    return fail(`unable to chdir to ${call.directory}: ${djbReason(error)}`);
  }
  const prefix = addressFromText(call.prefix);
  const bounce = call.bounces ? returnFrom(home, prefix, readControl(home.home)) : undefined;
  const maildir = { directory: '.', prefix, lifetimeSec: call.lifetimeSec };
  try {
    return await maildirSerial(maildir, { clock: systemClock, client: call.client, bounce, log });
  } catch (error) {
    if (error instanceof SerialFailure || error instanceof MaildirScanError) return fail(error.message);
    throw error;
  }
}

function returnFrom(io: CommandIo, prefix: string, control: Control): ReturnToSender {
  const accept = acceptInto(io);
  return createReturnToSender({ directory: '', prefix, control: () => control, accept, invoker, clock: systemClock });
}
