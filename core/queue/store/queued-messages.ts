// What the running host knows of each message in the queue: so little that 100,000 of them fit in memory.
import type { Channel } from '../../control/classify.ts';
import { Heap } from '../../lib/process/heap.ts';
import type { Held } from '../files/holds.ts';
import type { DueTimes } from './due-times.ts';
import type { MessageStore } from './message-store.ts';

/** One message that has a recipient left, or is about to be finished. Times are seconds since 1970. */
export interface QueuedMessage {
  readonly id: number;
  readonly bornSec: number;
  /** Since when its age is counted, where its birth is doubtful (retry-schedule.ts). */
  countedFromSec?: number;
  readonly sizeBytes: number;
  /** Channels that have pending recipients, and when their next pass may start. */
  readonly channels: DueTimes;
  /** Recipients that are kept without being tried; undefined: none. A held message is in files. */
  held?: Held | undefined;
  /** This host has written a paragraph into bounce/N. */
  failed?: boolean;
  /** Its bounce is queued already. */
  bounced?: boolean;
  /** Where it is kept: in the journal, or in qmail's files. */
  store: MessageStore;
}

/** All messages and, per channel, which one is due first. */
export interface QueuedMessages {
  readonly all: ReadonlyMap<number, QueuedMessage>;
  add(message: QueuedMessage): void;
  /** Calls a listener after each message that is added. */
  onAdded(listener: (message: QueuedMessage) => void): void;
  remove(id: number): void;
  /** Sets when a channel's next pass may start. */
  reschedule(id: number, channel: Channel, dueSec: number): void;
  /** Takes the message that is due first, if its time has come: the channel's time becomes `now`. */
  takeDue(channel: Channel, nowSec: number): QueuedMessage | undefined;
  /** The clock was set back: every message is due so much earlier. */
  setBack(bySec: number): void;
  /** The earliest due time of a channel; undefined when nothing waits there. */
  nextDueSec(channel: Channel): number | undefined;
  /** When the oldest message was born, in seconds since 1970; undefined: there is none. */
  oldestSec(): number | undefined;
  /** Very many messages are queued, and some of them are due: work that can wait should. */
  isBusy(nowSec: number): boolean;
}

const manyMessages = 100;

export function createQueuedMessages(): QueuedMessages {
  const all = new Map<number, QueuedMessage>();
  // A heap entry counts only while it agrees with its message; others are from before a reschedule.
  const due: Record<Channel, Heap<QueuedMessage>> = { local: new Heap(), remote: new Heap() };

  const listeners: ((message: QueuedMessage) => void)[] = [];

  function dropOutdated(channel: Channel): void {
    const heap = due[channel];
    for (let top = heap.peek(); top; top = heap.peek()) {
      if (all.get(top.value.id) === top.value && top.value.channels.get(channel) === top.key) return;
      heap.pop();
    }
  }

  function reschedule(id: number, channel: Channel, dueSec: number): void {
    const message = all.get(id);
    if (!message) return;
    message.channels.set(channel, dueSec);
    due[channel].push(dueSec, message);
  }

  function nextDueSec(channel: Channel): number | undefined {
    dropOutdated(channel);
    return due[channel].peek()?.key;
  }

  return {
    all,
    add(message) {
      all.set(message.id, message);
      for (const [channel, dueSec] of message.channels) if (dueSec !== 'now') due[channel].push(dueSec, message);
      for (const listener of listeners) listener(message);
    },
    onAdded: listener => void listeners.push(listener),
    remove(id) {
      all.delete(id);
    },
    reschedule,
    setBack(bySec) {
      for (const { id, channels } of all.values()) {
        for (const [channel, dueSec] of channels) {
          if (dueSec !== 'now' && dueSec !== Number.POSITIVE_INFINITY) reschedule(id, channel, dueSec - bySec);
        }
      }
    },
    takeDue(channel, nowSec) {
      dropOutdated(channel);
      const top = due[channel].peek();
      if (!top || top.key > nowSec) return undefined;
      due[channel].pop();
      top.value.channels.set(channel, 'now');
      return top.value;
    },
    nextDueSec,
    oldestSec() {
      let oldestSec = Number.POSITIVE_INFINITY;
      for (const { bornSec } of all.values()) oldestSec = Math.min(oldestSec, bornSec);
      return Number.isFinite(oldestSec) ? oldestSec : undefined;
    },
    isBusy(nowSec) {
      const isDue = (channel: Channel) => (nextDueSec(channel) ?? Number.POSITIVE_INFINITY) <= nowSec;
      return all.size > manyMessages && (isDue('local') || isDue('remote'));
    },
  };
}
