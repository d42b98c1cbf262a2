// Waits for something that happens on its own.
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when `holds` does; rejects after five seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 5) {
    if (waitedMs > 5000) throw new Error(`waited in vain for ${holds}`);
    await pause(5);
  }
}
