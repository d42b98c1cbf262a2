// What each waiting recipient was told last: kept in memory for the queue place, never needed for delivery. The same address
// may be there twice in one message: its records are told apart by where they are in the channel file.
import type { Channel } from '../control/classify.ts';
import type { OutcomeFields } from '../lib/outcome-line.ts';
import { logSafe } from './log-lines.ts';
import type { PendingRecipient } from './recipients.ts';

/** How an attempt ended. */
interface Ended extends OutcomeFields {
  /** The report, word for word. */
  readonly said: string;
}

/** The attempts for one recipient so far; what is said is of the last one. */
interface Attempts extends Ended {
  readonly tries: number;
  readonly running: boolean;
}

/** Per message and recipient; at most `perMessage` recipients are remembered for one message. */
export interface AttemptBook {
  started(id: number, channel: Channel, recipient: PendingRecipient): void;
  ended(id: number, channel: Channel, recipient: PendingRecipient, how: Ended): void;
  /** Takes in what an earlier host has logged; its recipient is written as in the log, which does not tell records apart. */
  recall(id: number, channel: Channel, recipient: string, tries: number, how: Ended): void;
  /** @param repeats how many records of the channel have this address: what was recalled is theirs together */
  of(id: number, channel: Channel, recipient: PendingRecipient, repeats: number): Attempts;
  forget(id: number): void;
}

const perMessage = 200;
const none: Attempts = { tries: 0, said: '', status: undefined, answer: undefined, running: false };

export function createAttemptBook(): AttemptBook {
  const book = new Map<number, Map<string, Attempts>>();

  function update(id: number, key: string, change: (before: Attempts) => Attempts): void {
    const page = book.get(id) ?? new Map<string, Attempts>();
    book.set(id, page);
    const before = page.get(key);
    if (before || page.size < perMessage) page.set(key, change(before ?? none));
  }

  const recordKey = (channel: Channel, { offset }: PendingRecipient) => `${channel} ${offset}`;
  // As in the log: what is recalled from there is found again. No record has such a key.
  const logKey = (channel: Channel, recipient: string) => `${channel} to ${logSafe(recipient)}`;

  return {
    started: (id, channel, recipient) =>
      update(id, recordKey(channel, recipient), before => ({ ...before, running: true })),
    ended: (id, channel, recipient, how) =>
      update(id, recordKey(channel, recipient), before => ({ ...how, tries: before.tries + 1, running: false })),
    recall: (id, channel, recipient, tries, how) =>
      update(id, logKey(channel, recipient), () => ({ ...how, tries, running: false })),
    of(id, channel, recipient, repeats) {
      const page = book.get(id);
      const own = page?.get(recordKey(channel, recipient)) ?? none;
      const recalled = page?.get(logKey(channel, recipient.address)) ?? none;
      const tries = own.tries + Math.ceil(recalled.tries / repeats);
      const { said, status, answer } = own.tries > 0 ? own : recalled;
      return { tries, said, status, answer, running: own.running };
    },
    forget: id => book.delete(id),
  };
}
