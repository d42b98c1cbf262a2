// Root becomes the owner of a queue that belongs to another user (qmail-queue is setuid for the same reason): the owner can put
// links into the queue, and root would write where they lead.
import { lstatSync } from 'node:fs';
import type { QueueLayout } from './layout.ts';

/** For the rest of this process. Its real uid stays, so that it can still tell who queues. */
export function becomeQueueOwner({ root }: QueueLayout): void {
  if (process.geteuid?.() !== 0) return;
  const owner = lstatSync(root, { throwIfNoEntry: false });
  if (!owner || owner.uid === 0) return;
  process.setgroups?.([]);
  process.setegid?.(owner.gid);
  process.seteuid?.(owner.uid);
}

/** For one synchronous action. */
export function asQueueOwner<Result>(layout: QueueLayout, act: () => Result): Result {
  const [euid, egid, groups] = [process.geteuid?.(), process.getegid?.(), process.getgroups?.()];
  becomeQueueOwner(layout);
  try {
    return act();
  } finally {
    if (euid === 0 && process.geteuid?.() !== 0) {
      process.seteuid?.(euid);
      process.setegid?.(egid as number);
      process.setgroups?.(groups as number[]);
    }
  }
}
