// How many files this process may have open: Node has raised its own limit as far as it may when it started.
import { readFileSync } from 'node:fs';

/** Undefined: the system does not tell. */
export function openFileLimit(): number | undefined {
  try {
    const soft = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    if (soft === undefined) return undefined;
    return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return undefined;
  }
}
