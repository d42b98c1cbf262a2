// Ends a message that has no recipient left: its bounce is queued, then it is removed (qmail-send's messdone).
import { statSync } from 'node:fs';
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import { bounceMessage } from '../bounce/bounce.ts';
import { forgetDelayed } from '../files/delayed.ts';
import { forgetHeld } from '../files/holds.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { Numbers } from '../files/numbers.ts';
import { removeBounce } from '../files/remove-files.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueueLog } from '../queue-log.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

/** What finishing needs. */
export interface FinishDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly clock: Clock;
  readonly accept: Accept;
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  readonly numbers: Pick<Numbers, 'give'>;
  /** The message still has its names in todo: another message with its number would be taken for it. */
  readonly isNamed: (id: number) => boolean;
  readonly log: QueueLog;
}

/** @returns false when it must be tried again later: the message is still complete */
export async function finishMessage(deps: FinishDeps, message: QueuedMessage): Promise<boolean> {
  const { layout, log, journal, numbers } = deps;
  const { id } = message;
  if (deps.isNamed(id)) return false;
  try {
    if (hasFailures(layout, message) && !(await sendBounce(deps, message))) return false;
    if (message.held) forgetHeld(layout, id);
    if (message.store.segment === undefined) forgetDelayed(layout, id); // Those in the journal have not waited.
    await tellJournal(journal, message);
    message.store.remove(id);
    if (!message.store.hasFile) numbers.give(id);
    log.end(id);
    return true;
  } catch (error) {
    log.warning(`qmail-clean unable to clean up ${layout.mess(id)}`);
    log.warning(`message ${id} is kept: ${reasonOf(error)}`);
    return false;
  }
}

/** Files are removed only once the end is on disk: after a kill in between, the message would start again without them. */
async function tellJournal(journal: FinishDeps['journal'], { id, bornSec, store }: QueuedMessage): Promise<void> {
  const record = { type: 'finished', id, bornSec } as const;
  if (store.hasFile) await journal.commit(record);
  else journal.note(record);
}

/** A bounce/N that cannot be read now may exist. @throws when the disk does not tell */
function hasFailures(layout: QueueLayout, { id, failed }: QueuedMessage): boolean {
  return failed === true || statSync(layout.bounce(id), { throwIfNoEntry: false }) !== undefined;
}

/** Once queued, it is not sent again, however long the disk refuses to remove bounce/N. */
async function sendBounce(deps: FinishDeps, message: QueuedMessage): Promise<boolean> {
  message.bounced ||= await injectBounce(deps, message);
  if (message.bounced) removeBounce(deps.layout, message.id);
  return message.bounced;
}

async function injectBounce(deps: FinishDeps, { id, store, bornSec }: QueuedMessage): Promise<boolean> {
  const { layout, log } = deps;
  store.ensureFile(id);
  const sender = store.sender(id);
  const bounce = bounceMessage(layout, { id, sender, bornSec, dsn: store.dsn(id) }, deps.control(), deps.clock.nowMs());
  if (!bounce) {
    if (sender === '#@[]') log.tripleBounce(id);
    else log.doubleBounce(id);
  } else {
    const accepted = await deps.accept(bounce.source, bounce.envelope, 'bounce');
    if (!accepted.ok) {
      log.warning('trouble injecting bounce message, will try later');
      log.warning(`bounce/${id} was not queued: ${accepted.text}`);
      return false;
    }
    log.bounced(id, accepted.qp);
  }
  return true;
}
