// splogger: sends the lines of standard input to syslog.
import { openDatagramsTo } from '../../../core/lib/posix.ts';
import { formatSyslog, syslogLines } from '../../../core/log/syslog-lines.ts';
import type { CommandIo } from '../command-io.ts';

const usualFacility = 2; // mail

/** @returns 0 at the end of the input */
export async function run(
  [tag = 'splogger', facilityText = '']: readonly string[],
  { stdin, stderr }: CommandIo,
  socketPath = '/dev/log',
): Promise<number> {
  const facility = /^\d{1,2}/.exec(facilityText)?.[0] ?? usualFacility;
  const datagrams = openDatagramsTo(socketPath);
  const messagesIn = syslogLines(Date.now);
  let complained = false;
  for await (const piece of stdin) {
    for (const message of messagesIn(piece as Uint8Array)) {
      const sent = datagrams.send(Buffer.from(formatSyslog(message, tag, Number(facility), new Date()), 'latin1'));
      // As with syslog(3), messages without a receiver are lost; that is reported once.
      if (!sent && !complained) stderr.write(`splogger: warning: messages are lost: no program reads ${socketPath}\n`);
      complained ||= !sent;
    }
  }
  datagrams.close();
  return 0;
}
