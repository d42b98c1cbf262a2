// printmaillist: prints the mailing list on standard input as lines for setmaillist.
import { decodeList } from '../../../core/local/forwarding/mailing-list-file.ts';
import type { CommandIo } from '../command-io.ts';
import { readInput } from './read-input.ts';

/** @returns 0 printed. @throws UserError if it is not a mailing list (100) or cannot be read (111) */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  const entries = decodeList(await readInput(io));
  io.stdout.write(Buffer.from(entries.map(entry => `${entry}\n`).join(''), 'latin1'));
  return 0;
}
