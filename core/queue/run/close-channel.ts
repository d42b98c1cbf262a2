// The end of a pass: its channel goes when no recipient is pending; else the time of the next attempt is kept.
import type { Channel } from '../../control/classify.ts';
import type { QueueLayout } from '../files/layout.ts';
import { UnknownRecord } from '../files/recipients.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueueLog } from '../queue-log.ts';
import type { MessageStore } from '../store/message-store.ts';
import { moveToFiles } from '../store/move-to-files.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

/** How long a channel rests after its file could not be opened, read or removed (qmail's SLEEP_SYSFAIL). */
export const sysFailSec = 123;

export interface CloseDeps {
  readonly layout: QueueLayout;
  /** The store of messages that are in qmail's files. */
  readonly files: MessageStore;
  readonly journal: Pick<Journal, 'note'>;
  readonly log: QueueLog;
}

/**
 * @param dueSecIfPending keeps the channel for later and tells for when; undefined: no recipient is pending
 * @returns when the channel is to be tried again; undefined: it is removed
 */
export function closeChannel(
  deps: CloseDeps,
  { id, store }: QueuedMessage,
  channel: Channel,
  startSec: number,
  dueSecIfPending: () => number | undefined,
): number | undefined {
  try {
    const dueSec = dueSecIfPending();
    if (dueSec !== undefined) return dueSec;
  } catch (error) {
    warnOfReading(deps, id, channel, error);
    return startSec + sysFailSec;
  }
  try {
    store.removeChannel(id, channel);
    return undefined;
  } catch {
    deps.log.warning(`unable to unlink ${deps.layout[channel](id)}; will try again later`);
    return startSec + sysFailSec;
  }
}

/** A message that must wait is moved to its files, whose mtime is the time of the next attempt: it survives a restart. */
export function keepForLater(deps: CloseDeps, message: QueuedMessage, channel: Channel, dueSec: number): void {
  try {
    if (moveToFiles(message, deps.files)) deps.journal.note({ type: 'filed', messages: [message] });
    message.store.setDue(message.id, channel, dueSec);
  } catch {
    warnOfDueTime(deps, message.id, channel);
  }
}

/** Marks have changed the time of the channel file: it gets its own again. A held message has no such time. */
export function keepDueTime(
  deps: CloseDeps,
  message: QueuedMessage,
  channel: Channel,
  dueSec: number,
  nowSec: number,
): void {
  try {
    message.store.setDue(message.id, channel, Number.isFinite(dueSec) ? dueSec : nowSec);
  } catch {
    warnOfDueTime(deps, message.id, channel);
  }
}

export function warnOfReading(
  { layout, log }: Pick<CloseDeps, 'layout' | 'log'>,
  id: number,
  channel: Channel,
  error: unknown,
): void {
  const path = layout[channel](id);
  const unknown = error instanceof UnknownRecord;
  log.warning(unknown ? `unknown record type in ${path}!` : `trouble reading ${path}; will try again later`);
}

function warnOfDueTime({ layout, log }: CloseDeps, id: number, channel: Channel): void {
  log.warning(`unable to utime ${layout[channel](id)}; message will be retried too soon`);
}
