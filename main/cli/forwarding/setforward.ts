// setforward: creates a forwarding database for fastforward from the table on standard input.
import { encodeCdb } from '../../../core/lib/disk/cdb-writer.ts';
import { readForwardingTable } from '../../../core/local/forwarding/forwarding-table.ts';
import { replaceFile } from '../../../core/local/forwarding/replace-file.ts';
import type { CommandIo } from '../command-io.ts';
import { readInput } from './read-input.ts';

/** @returns 0 created, 100 wrong usage. @throws UserError for a bad table (100) or a file error (111) */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [database, temporary] = args;
  if (!database || !temporary || args.length > 2) {
    io.stderr.write('setforward: usage: setforward data.cdb data.tmp\n');
    return 100;
  }
  const table = (await readInput(io)).toString('latin1');
  await replaceFile(database, temporary, encodeCdb(readForwardingTable(table)));
  return 0;
}
