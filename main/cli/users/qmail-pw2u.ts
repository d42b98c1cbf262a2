// qmail-pw2u: reads accounts from standard input, and writes users/assign to standard output.
import { buffer } from 'node:stream/consumers';
import { UserError } from '../../../core/lib/user-error.ts';
import { assignFromPasswd, parsePw2uArguments } from '../../../core/local/users/qmail-pw2u.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 written, 100 wrong usage. @throws UserError with exit code 111 */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const options = parsePw2uArguments(args);
  if (!options) {
    io.stderr.write('qmail-pw2u: usage: qmail-pw2u [ -/ohHuUC ] [ -cchar ]\n');
    return 100;
  }
  const passwd = (await readAll(io)).toString('latin1');
  io.stdout.write(Buffer.from(assignFromPasswd(io.home, passwd, options), 'latin1'));
  return 0;
}

async function readAll(io: CommandIo): Promise<Buffer> {
  try {
    return await buffer(io.stdin);
  } catch (cause) {
    throw new UserError('unable to read input', { exitCode: 111, cause });
  }
}
