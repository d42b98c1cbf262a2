// The messages in a queue's files when the host starts (qmail-send's pqstart): every info file is a message that waits.
import { readdirSync, statSync, utimesSync } from 'node:fs';
import type { Channel } from '../../control/classify.ts';
import { messageNumber, type QueueLayout } from '../files/layout.ts';
import { isDoubtful, plausibleDue } from '../run/retry-schedule.ts';
import { DueTimes } from '../store/due-times.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

/** Messages that were preprocessed before; those still in todo are preprocessed again. */
export function* messagesOnDisk(layout: QueueLayout, store: MessageStore, nowSec: number): Generator<QueuedMessage> {
  const inTodo = new Set(layout.dirs('todo').flatMap(directory => readdirSync(directory)));
  const locals = layout.dirs('local');
  const remotes = layout.dirs('remote');
  for (const [index, directory] of layout.dirs('info').entries()) {
    // Most messages have only one of the two: listing the directories is cheaper than a stat for each message.
    const files = { local: namesIn(locals[index]), remote: namesIn(remotes[index]) };
    for (const name of readdirSync(directory)) {
      const id = messageNumber(name);
      if (id === undefined || inTodo.has(name)) continue;
      const used = (['local', 'remote'] as const).filter(channel => files[channel].has(name));
      yield { ...messageOnDisk(layout, id, used, nowSec), store };
    }
  }
}

function namesIn(directory: string | undefined): ReadonlySet<string> {
  return new Set(directory === undefined ? [] : readdirSync(directory));
}

function messageOnDisk(
  layout: QueueLayout,
  id: number,
  used: readonly Channel[],
  nowSec: number,
): Omit<QueuedMessage, 'store'> {
  const bornSec = birthOnDisk(layout.info(id), nowSec);
  const dues = new DueTimes();
  for (const channel of used) {
    const stat = statSync(layout[channel](id), { throwIfNoEntry: false });
    if (stat) dues.set(channel, plausibleDue(Math.floor(stat.mtimeMs / 1000), bornSec, nowSec, channel));
  }
  return { id, bornSec, sizeBytes: statSync(layout.mess(id), { throwIfNoEntry: false })?.size ?? 0, channels: dues };
}

/** A message that came before the clock was set is born now, also for later starts: else it would be too old at once. */
function birthOnDisk(path: string, nowSec: number): number {
  const bornSec = Math.floor(statSync(path).mtimeMs / 1000);
  if (bornSec > nowSec || !isDoubtful(bornSec, nowSec)) return bornSec;
  utimesSync(path, nowSec, nowSec);
  return nowSec;
}
