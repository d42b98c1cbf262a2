// tcp-env: becomes a program, with what is known about the TCP connection on fd 0 in its environment; for inetd.
import { openDns } from '../../../core/lib/net/dns.ts';
import { socketEnds } from '../../../core/lib/net/socket-ends.ts';
import { parseOptions } from '../../../core/lib/process/getopt.ts';
import { describeConnection } from '../../../core/ucspi/tcp-names.ts';
import { becomeProgram } from '../become-program.ts';
import type { CommandIo } from '../command-io.ts';
import { leadingNumber } from './tcp-options.ts';

const usageError = 100;
const failed = 111;
const usage = 'tcp-env: usage: tcp-env [ -rR ] [ -t timeout ] program [ arg ... ]\n';

/** @returns the program's exit code; 100 wrong usage, 111 fd 0 is not a TCP connection, or the program cannot be run */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const wanted = { localName: undefined, names: true, ident: true, identSec: 30 };
  const program = parseOptions(args, { valued: 't' }, (letter, value) => {
    if (letter === 't') wanted.identSec = leadingNumber(value);
    else if (letter === 'r' || letter === 'R') wanted.ident = letter === 'r';
    else return false;
    return true;
  });
  if (!program || program.length === 0) {
    io.stderr.write(usage);
    return usageError;
  }
  const ends = socketEnds(0);
  if (!ends) {
    io.stderr.write('tcp-env: fatal: standard input is no TCP connection\n');
    return failed;
  }
  const known = await describeConnection(ends, wanted, openDns(undefined, { timeout: 5000, tries: 2 }));
  return becomeProgram(program, { ...io.env, ...known });
}
