// Which run of the machine this is. It tells a process that was killed (all that it wrote is still there) from a power
// failure (what was not synced may be gone).
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The same for all processes until the machine is started again. Where the system does not tell: never the same. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return randomUUID();
  }
}
