// What the running host knows of each message in the queue: little enough that 100,000 of them fit in memory.
import type { Channel } from '../../control/classify.ts';
import { Heap } from '../../lib/process/heap.ts';
import type { Held } from '../files/holds.ts';
import { isDoubtful } from '../run/retry-schedule.ts';
import type { DueTimes } from './due-times.ts';
import type { FreshMessage } from './in-journal.ts';

/** One message that still has somebody to go to, or is about to be finished. Times are seconds since 1970. */
export interface QueuedMessage {
  readonly id: number;
  readonly bornSec: number;
  /** Since when its age is counted, where its birth is doubtful (retry-schedule.ts). */
  countedFromSec?: number;
  readonly sizeBytes: number;
  /** Channels that still have a file, and when their next pass may start. */
  readonly channels: DueTimes;
  /** Recipients that are kept without being tried; undefined: nobody. Such a message has its files. */
  held?: Held | undefined;
  /** This host has written of somebody in bounce/N. */
  failed?: boolean;
  /** Its bounce is queued already. */
  bounced?: boolean;
  /** While the message is only in the journal. */
  fresh?: FreshMessage | undefined;
}

/** All messages and, per channel, which one is due first. */
export interface QueuedMessages {
  readonly all: ReadonlyMap<number, QueuedMessage>;
  add(message: QueuedMessage): void;
  remove(id: number): void;
  /** Sets when a channel's next pass may start. */
  reschedule(id: number, channel: Channel, dueSec: number): void;
  /** Takes the channel that is due first, if its time has come: its state becomes `now`. */
  takeDue(channel: Channel, nowSec: number): QueuedMessage | undefined;
  /** The clock was set back: everybody is due so much earlier. */
  setBack(bySec: number): void;
  /** The earliest due time of a channel; undefined when nothing waits there. */
  nextDueSec(channel: Channel): number | undefined;
  /** Very many messages are here, and some of them are due: whatever can wait should. */
  isBusy(nowSec: number): boolean;
}

const manyMessages = 100;

export function createQueuedMessages(): QueuedMessages {
  const all = new Map<number, QueuedMessage>();
  // A heap entry counts only while it says what the message says; others were overtaken by a reschedule.
  const due: Record<Channel, Heap<QueuedMessage>> = { local: new Heap(), remote: new Heap() };

  function dropOvertaken(channel: Channel): void {
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
    dropOvertaken(channel);
    return due[channel].peek()?.key;
  }

  return {
    all,
    add(message) {
      all.set(message.id, message);
      for (const [channel, dueSec] of message.channels) if (dueSec !== 'now') due[channel].push(dueSec, message);
    },
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
      dropOvertaken(channel);
      const top = due[channel].peek();
      if (!top || top.key > nowSec) return undefined;
      due[channel].pop();
      top.value.channels.set(channel, 'now');
      return top.value;
    },
    nextDueSec,
    isBusy(nowSec) {
      const isDue = (channel: Channel) => (nextDueSec(channel) ?? Number.POSITIVE_INFINITY) <= nowSec;
      return all.size > manyMessages && (isDue('local') || isDue('remote'));
    },
  };
}

/**
 * When the age of a message begins, as far as anybody knows.
 * @param infoSec the time of info/N; another one than the birth was given by the owner (`touch -d`), and counts
 */
export function birthOf(message: QueuedMessage, nowSec: number, infoSec: number | undefined): number {
  if (infoSec !== undefined && infoSec !== message.bornSec) return infoSec;
  if (!isDoubtful(message.bornSec, nowSec)) return message.bornSec;
  message.countedFromSec = Math.min(message.countedFromSec ?? nowSec, nowSec);
  return message.countedFromSec;
}
