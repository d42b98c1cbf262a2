// tcprules: reads rules from standard input and replaces their database, as a whole or not at all.
import { buffer } from 'node:stream/consumers';
import { BadTcpRule, parseTcpRules } from '../../../core/control/tcp-rules.ts';
import { publishCdb } from '../../../core/lib/disk/publish-cdb.ts';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

const usageError = 100;
const failed = 111;

/** @returns 0 done, 100 a rule cannot be parsed (the old database is unchanged), 111 a file cannot be written */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [path, temporary] = args;
  if (!path || !temporary) return complain(io, 'usage: tcprules rules.cdb rules.tmp', usageError);
  try {
    const records = parseTcpRules((await buffer(io.stdin)).toString('latin1'));
    await publishCdb(path, temporary, records, cause => ({
      open: `unable to create ${temporary}: ${reasonOf(cause)}`,
      write: `unable to write ${temporary}: ${reasonOf(cause)}`,
      move: `unable to move ${temporary} to ${path}: ${reasonOf(cause)}`,
    }));
    return 0;
  } catch (error) {
    if (error instanceof BadTcpRule) return complain(io, `fatal: ${error.message}`, usageError);
    const why = error instanceof UserError ? error.message : `unable to read input: ${reasonOf(error)}`;
    return complain(io, `fatal: ${why}`, failed);
  }
}

function complain(io: CommandIo, text: string, exitCode: number): number {
  io.stderr.write(Buffer.from(`tcprules: ${text}\n`, 'latin1'));
  return exitCode;
}
