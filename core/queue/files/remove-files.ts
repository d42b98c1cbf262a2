// Removes what the queue has of a message besides mess/N, in an order in which it can be interrupted and done again.
import { rmSync } from 'node:fs';
import type { QueueLayout } from './layout.ts';

/** intd first: todo without intd is a queued message, intd without todo would look like one that is being handed over. */
export function removeNames(layout: QueueLayout, id: number): void {
  rmSync(layout.intd(id), { force: true });
  rmSync(layout.todo(id), { force: true });
}

/** What preprocessing and deliveries have created. info last: while it exists the rest can be found. */
export function removePreprocessed(layout: QueueLayout, id: number): void {
  for (const channel of ['local', 'remote'] as const) rmSync(layout[channel](id), { force: true });
  removeBounce(layout, id);
  rmSync(layout.info(id), { force: true });
}

/** The fields last: without their paragraphs they are ignored, and the cleanup finds them. */
export function removeBounce(layout: QueueLayout, id: number): void {
  rmSync(layout.bounce(id), { force: true });
  rmSync(layout.failures(id), { force: true });
}
