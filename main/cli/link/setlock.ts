// setlock: runs a program that holds a lock on a file, so that only one such program runs at a time.
import { constants, openSync } from 'node:fs';
import { lockExclusive, tryLockExclusive } from '../../../core/lib/posix.ts';
import { parseOptions } from '../../../core/lib/process/getopt.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import { djbReason } from '../../../core/ucspi/super-server.ts';
import { becomeProgram } from '../become-program.ts';
import type { CommandIo } from '../command-io.ts';
import { keepDescriptor } from '../keep-descriptors.ts';

/** @returns the program's exit code; 0 with -x when there is no lock; 100 wrong usage, 111 no lock */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  let waits = true;
  let silent = false;
  const rest = parseOptions(args, { valued: '' }, letter => {
    if (letter === 'n' || letter === 'N') waits = letter === 'N';
    else if (letter === 'x' || letter === 'X') silent = letter === 'x';
    else return false;
    return true;
  });
  const [file, ...program] = rest ?? [];
  if (file === undefined || program.length === 0) {
    io.stderr.write('setlock: usage: setlock [ -nNxX ] file program [ arg ... ]\n');
    return 100;
  }
  const fail = (text: string): number => {
    if (!silent) io.stderr.write(`setlock: fatal: ${text}\n`);
    return silent ? 0 : 111;
  };
  let fd: number;
  try {
    fd = openSync(file, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_APPEND | constants.O_CREAT, 0o600);
  } catch (error) {
    return fail(`unable to open ${file}: ${djbReason(error)}`);
  }
  try {
    if (waits) lockExclusive(fd);
    else if (!tryLockExclusive(fd)) return fail(`unable to lock ${file}: temporary failure`);
  } catch (error) {
    return fail(`unable to lock ${file}: ${reasonOf(error)}`);
  }
  // The lock belongs to the open file, which the program keeps.
  await keepDescriptor(fd);
  return becomeProgram(program, io.env);
}
