// Holds recipients of a waiting message, so that they are not tried, and releases them.
import type { QueueChange } from '../../api/queue.ts';
import type { Channel } from '../../control/classify.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import type { Decided } from '../../log-lines/queue/decision.ts';
import { typedRecords } from '../files/envelope-file.ts';
import { forgetHeld, type Held, isHeld, recipientKey, removeHeld, writeHeld } from '../files/holds.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueueLog } from '../queue-log.ts';
import type { Scheduler } from '../run/scheduler.ts';
import type { MessageStore } from '../store/message-store.ts';
import { moveToFiles } from '../store/move-to-files.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import type { Chosen } from './changes.ts';

export interface HoldingDeps {
  readonly layout: QueueLayout;
  /** The store of messages that are in qmail's files. */
  readonly files: MessageStore;
  readonly syncDirectory: SyncDirectory;
  readonly queued: Pick<QueuedMessages, 'all'>;
  readonly scheduler: Pick<Scheduler, 'makeDue' | 'isTrying'>;
  readonly journal: Pick<Journal, 'note'>;
  readonly log: QueueLog;
}

/** Both are durable when they resolve; recipients that are being tried are held, or released, when that has ended. @throws when the disk refuses */
export interface Holding {
  hold(message: QueuedMessage, chosen: Chosen): Promise<QueueChange>;
  release(message: QueuedMessage, chosen: Chosen): Promise<QueueChange>;
}

/** A recipient that is not done. */
interface Pending {
  readonly channel: Channel;
  readonly address: string;
  readonly offset: number;
}

const nothing: QueueChange = { changed: 0, busy: 0 };

export function createHolding(deps: HoldingDeps): Holding {
  const { layout, syncDirectory, queued, scheduler, log } = deps;
  const isQueued = (message: QueuedMessage) => queued.all.get(message.id) === message;

  /** Recipients that are being tried count as busy. */
  function report(what: Decided, id: number, recipients: readonly Pending[]): QueueChange {
    for (const { channel, address } of recipients) log.decided(what, id, channel, address);
    const busy = recipients.filter(({ channel, offset }) => scheduler.isTrying(id, channel, offset)).length;
    return { changed: recipients.length - busy, busy };
  }

  return {
    async hold(message, chosen) {
      const { id, held: before } = message;
      const pending = pendingOf(message);
      const wanted = pending.filter(chosen);
      const added = wanted.filter(({ channel, address }) => !isHeld(before, channel, address));
      if (added.length === 0) return nothing;
      const held: Held = wanted.length === pending.length ? 'all' : new Set([...keysOf(before), ...wanted.map(keyOf)]);
      message.held = held; // From here on none of them is tried.
      try {
        if (moveToFiles(message, deps.files)) deps.journal.note({ type: 'filed', messages: [message] });
        await writeHeld(layout, syncDirectory, id, held);
      } catch (error) {
        message.held = before;
        if (isQueued(message)) throw error;
      }
      if (isQueued(message)) return report('held', id, added);
      // A delivery that was running was the last one, and the message is gone.
      forgetHeld(layout, id);
      return nothing;
    },
    async release(message, chosen) {
      const { id, held: before } = message;
      const heldNow = pendingOf(message).filter(({ channel, address }) => isHeld(before, channel, address));
      const freed = heldNow.filter(chosen);
      if (freed.length === 0) return nothing;
      const left = heldNow.filter(recipient => !chosen(recipient));
      const held = left.length > 0 ? new Set(left.map(keyOf)) : undefined;
      if (held) await writeHeld(layout, syncDirectory, id, held);
      else await removeHeld(layout, syncDirectory, id);
      message.held = held;
      if (isQueued(message)) scheduler.makeDue(message);
      return report('released', id, freed);
    },
  };
}

function pendingOf({ id, channels, store }: QueuedMessage): Pending[] {
  return channels.keys().flatMap(channel => {
    const pending: Pending[] = [];
    let offset = 0;
    for (const { letter, value: address } of typedRecords(store.channelBytes(id, channel))) {
      if (letter === 'T') pending.push({ channel, address, offset });
      offset += letter.length + address.length + 1;
    }
    return pending;
  });
}

function keyOf({ channel, address }: Pending): string {
  return recipientKey(channel, address);
}

function keysOf(held: Held | undefined): Iterable<string> {
  return held instanceof Set ? held : [];
}
