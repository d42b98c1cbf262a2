// printforward: prints the forwarding database on standard input as a table for setforward.
import { CdbDamaged, cdbInMemory } from '../../../core/lib/disk/cdb.ts';
import { badDatabase, printForwardingTable } from '../../../core/local/forwarding/forwarding-table.ts';
import type { CommandIo } from '../command-io.ts';
import { readInput } from './read-input.ts';

/** @returns 0 printed. @throws UserError if it is not a forwarding database (100) or cannot be read (111) */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  const raw = await readInput(io);
  try {
    for (const text of printForwardingTable(cdbInMemory(raw))) io.stdout.write(Buffer.from(text, 'latin1'));
  } catch (error) {
    throw error instanceof CdbDamaged ? badDatabase() : error;
  }
  return 0;
}
