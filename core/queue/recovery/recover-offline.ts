// `waypost queue settle`: after a crash, writes what only the journal has into qmail's own files, without starting a host. After
// that qmail-send can take over the queue.
import { existsSync } from 'node:fs';
import { systemClock } from '../../lib/clock.ts';
import { readBootId } from '../../lib/process/boot-id.ts';
import { becomeQueueOwner } from '../files/become-owner.ts';
import { createDiskSync } from '../files/disk-sync.ts';
import { queueLayout } from '../files/layout.ts';
import { lockQueue } from '../files/lock.ts';
import { openNumbers } from '../files/numbers.ts';
import { createQueueLog } from '../queue-log.ts';
import { recover } from './recover.ts';

/**
 * Does what the next start of a host would do first, and holds the queue's lock meanwhile. Root becomes the queue's owner.
 * @param say gets the warnings and alerts that would go to the log
 * @returns false when there was nothing to do
 * @throws UserError when a host runs, or the journal cannot be read; any other error when the disk refuses: it can be repeated
 */
export async function recoverOffline(home: string, say: (line: string) => void): Promise<boolean> {
  const layout = queueLayout(home);
  becomeQueueOwner(layout);
  if (!existsSync(layout.journalDir)) return false;
  const unlock = lockQueue(
    layout,
    `A mail host runs on ${layout.root}. Stop it first: a host that stops cleanly leaves nothing in the journal.`,
  );
  try {
    const { sync, syncQueue } = createDiskSync(layout);
    const didWork = await recover({
      layout,
      clock: systemClock,
      log: { ...createQueueLog(say, layout.root), identity: () => undefined },
      bootId: readBootId(),
      sync,
      syncQueue,
    });
    openNumbers(layout, () => false).close('removed');
    return didWork;
  } finally {
    unlock();
  }
}
