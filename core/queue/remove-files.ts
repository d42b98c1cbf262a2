// Removing what the queue has of a message besides mess/N, in an order in which it can be broken off and done again.
import { rmSync } from 'node:fs';
import type { QueueLayout } from './layout.ts';

/** intd first: todo without intd is a queued message, intd without todo would look like an unfinished one. */
export function removeNames(layout: QueueLayout, id: number): void {
  rmSync(layout.intd(id), { force: true });
  rmSync(layout.todo(id), { force: true });
}

/** All that preprocessing and deliveries have made. info last: while it is there the rest can be found. */
export function removePreprocessed(layout: QueueLayout, id: number): void {
  for (const path of [layout.local(id), layout.remote(id), layout.bounce(id), layout.info(id)]) {
    rmSync(path, { force: true });
  }
}
