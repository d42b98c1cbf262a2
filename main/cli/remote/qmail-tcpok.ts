// qmail-tcpok: forgets which hosts timed out recently, so that the next attempt tries them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asOwnerOf } from '../../../core/lib/process/as-owner.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import { clearTcpTo } from '../../../core/remote/connections/tcpto.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0, or 111 if the table cannot be written */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  const lockDir = join(io.home, 'queue', 'lock');
  try {
    await asOwnerOf(lockDir, io.home, () => clearTcpTo(lockDir));
    return 0;
  } catch (error) {
    const what = existsSync(lockDir) ? `unable to clear ${join(lockDir, 'tcpto')}` : `unable to chdir to ${lockDir}`;
    io.stderr.write(`qmail-tcpok: fatal: ${what}: ${reasonOf(error)}\n`);
    return 111;
  }
}
