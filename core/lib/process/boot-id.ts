// The id of this boot of the machine. It distinguishes a killed process (all that it wrote is there) from a power failure (what
// was not synced may be gone).
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The same for all processes until the machine boots again. Where the system has no such id: always another one. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return randomUUID();
  }
}
