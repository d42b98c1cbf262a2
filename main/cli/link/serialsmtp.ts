// serialsmtp: sends the messages that standard input names by SMTP, over a connection that tcpclient made.
import { systemClock } from '../../../core/lib/clock.ts';
import { bySmtp } from '../../../core/link/serial/conversations.ts';
import { djbReason } from '../../../core/ucspi/super-server.ts';
import type { CommandIo } from '../command-io.ts';
import { runSerial } from './run-serial.ts';

/** @returns 0 the list was sent, 100 wrong usage, 111 the conversation ended before the list did */
export async function run([prefix, heloHost]: readonly string[], io: CommandIo): Promise<number> {
  if (prefix === undefined || heloHost === undefined) {
    io.stderr.write('serialsmtp: usage: serialsmtp prefix helohost\n');
    return 100;
  }
  const program = {
    name: 'serialsmtp',
    prefix,
    converse: (recorded: boolean) => bySmtp({ heloHost, ip: io.env.TCPREMOTEIP, recorded }, systemClock),
    unableToOpen: (file: string, cause: unknown) => `unable to open ${file}: ${djbReason(cause)}`,
  };
  return runSerial(program, io);
}
