// setmaillist: creates a mailing list for fastforward from the lines on standard input.
import { encodeList, readListLines } from '../../../core/local/forwarding/mailing-list-file.ts';
import { replaceFile } from '../../../core/local/forwarding/replace-file.ts';
import type { CommandIo } from '../command-io.ts';
import { readInput } from './read-input.ts';

/** @returns 0 created, 100 wrong usage. @throws UserError (111) for a bad line or a file error */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [list, temporary] = args;
  if (!list || !temporary || args.length > 2) {
    io.stderr.write('setmaillist: usage: setmaillist list.bin list.tmp\n');
    return 100;
  }
  const lines = (await readInput(io)).toString('latin1');
  await replaceFile(list, temporary, encodeList(readListLines(lines)));
  return 0;
}
