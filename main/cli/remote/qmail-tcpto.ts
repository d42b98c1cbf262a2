// qmail-tcpto: lists the hosts that timed out recently. After two timeouts a host is not tried for a while.
import { join } from 'node:path';
import { nowSec, systemClock } from '../../../core/lib/clock.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import { readTcpTo } from '../../../core/remote/connections/tcpto.ts';
import { tcpToFormats } from '../../../core/remote/connections/tcpto-table.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0, or 111 if the table cannot be read */
export async function run(_args: readonly string[], io: CommandIo): Promise<number> {
  const lockDir = join(io.home, 'queue', 'lock');
  for (const format of tcpToFormats) {
    try {
      for (const { ip, count, atSec } of readTcpTo(lockDir, format).all()) {
        const age = nowSec(systemClock) - atSec;
        io.stdout.write(`${ip} timed out ${age} seconds ago; # recent timeouts: ${count}\n`);
      }
    } catch (error) {
      // A queue that was used only by qmail has no table for IPv6.
      if (format !== tcpToFormats[0]) continue;
      io.stdout.write(`fatal: unable to open tcpto: ${reasonOf(error)}\n`);
      return 111;
    }
  }
  return 0;
}
