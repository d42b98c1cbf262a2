// serialqmtp: sends the messages that standard input names by QMTP, over a connection that tcpclient made.
import { systemClock } from '../../../core/lib/clock.ts';
import { byQmtp } from '../../../core/link/serial/conversations.ts';
import type { CommandIo } from '../command-io.ts';
import { runSerial } from './run-serial.ts';

/** @returns 0 the list was sent, 100 wrong usage, 111 the conversation ended before the list did */
export async function run([prefix]: readonly string[], io: CommandIo): Promise<number> {
  if (prefix === undefined) {
    io.stderr.write('serialqmtp: usage: serialqmtp prefix\n');
    return 100;
  }
  const program = {
    name: 'serialqmtp',
    prefix,
    converse: (recorded: boolean) => byQmtp({ ip: io.env.TCPREMOTEIP, recorded }, systemClock),
    unableToOpen: () => 'unable to open file',
  };
  return runSerial(program, io);
}
