// tcpclient: connects to a host and runs a program with the network on fd 6 (to read) and fd 7 (to write).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { openDns } from '../../../core/lib/net/dns.ts';
import { parseOptions } from '../../../core/lib/process/getopt.ts';
import { djbReason } from '../../../core/ucspi/super-server.ts';
import { carry, connectByName } from '../../../core/ucspi/tcp-client.ts';
import { describeConnection, portOf } from '../../../core/ucspi/tcp-names.ts';
import type { CommandIo } from '../command-io.ts';
import { leadingNumber, type TcpOptions, takeTcpOption } from './tcp-options.ts';

const usageError = 100;
const failed = 111;
const usage =
  'tcpclient: usage: tcpclient [ -hHrRdDqQv ] [ -i localip ] [ -p localport ] [ -T timeoutconn ] [ -l localname ] [ -t timeoutinfo ] host port program\n';

interface Options extends TcpOptions {
  localIp: string | undefined;
  localPort: number | undefined;
  timeoutsSec: readonly number[];
}

/** @returns the program's exit code; 100 wrong usage, 111 no connection, or the program cannot be run */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const options: Options = {
    names: true,
    ident: false,
    identSec: 26,
    noDelay: false,
    verbosity: 1,
    localIp: undefined,
    localPort: undefined,
    localName: undefined,
    timeoutsSec: [2, 58],
  };
  const rest = parseOptions(args, { valued: 'ipTlt' }, (letter, value) => takeOption(options, letter, value));
  const [host, portText, program, ...programArgs] = rest ?? [];
  const complain = (text: string, code: number): number => {
    if (options.verbosity > 0 || code === usageError) io.stderr.write(`${text}\n`);
    return code;
  };
  if (host === undefined || portText === undefined || program === undefined)
    return complain(usage.trimEnd(), usageError);
  const dns = openDns(undefined, { timeout: 5000, tries: 2 });
  const port = portOf(portText);
  if (port === undefined) return complain(`tcpclient: fatal: unable to figure out port number for ${portText}`, failed);
  const socket = await connectByName(host, { ...options, port }, dns, line => complain(line, failed));
  if (!socket) return failed;
  socket.pause().setNoDelay(options.noDelay);
  const env = { ...io.env, ...(await describeConnection(socket, options, dns)) };
  const child = spawn(program, programArgs, {
    stdio: ['inherit', 'inherit', 'inherit', 'ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: env as NodeJS.ProcessEnv,
  });
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals]>;
  try {
    await Promise.race([once(child, 'spawn'), ended]);
  } catch (error) {
    socket.destroy();
    return complain(`tcpclient: fatal: unable to run ${program}: ${djbReason(error)}`, failed);
  }
  await carry(socket, child, ended);
  const [code, signal] = await ended;
  return code ?? 128 + constants.signals[signal];
}

function takeOption(options: Options, letter: string, value: string): boolean {
  if (letter === 'i') options.localIp = value;
  else if (letter === 'p') options.localPort = leadingNumber(value);
  else if (letter === 'T') options.timeoutsSec = value.split('+').map(Number);
  else return takeTcpOption(options, letter, value);
  return true;
}
