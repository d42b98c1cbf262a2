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
  for (const channel of ['local', 'remote'] as const) rmSync(layout[channel](id), { force: true });
  removeBounce(layout, id);
  rmSync(layout.info(id), { force: true });
}

/** The fields go last: they are of no use without their paragraphs, and the cleanup finds them. */
export function removeBounce(layout: QueueLayout, id: number): void {
  rmSync(layout.bounce(id), { force: true });
  rmSync(layout.failures(id), { force: true });
}
