// datemail: sendmail with a Date field in local time on top of the message.
import { Readable } from 'node:stream';
import { dateField } from '../../../core/local/programs/predate.ts';
import type { CommandIo } from '../command-io.ts';
import { run as runSendmail } from '../inject/sendmail.ts';
import { messageInput } from '../message-input.ts';
import { below } from './lines-on-top.ts';

/** @returns sendmail's exit code */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const stdin = Readable.from(below(dateField(Date.now()), messageInput(io.stdin)));
  return runSendmail(args, { ...io, stdin, programName: 'sendmail' });
}
