// What each waiting recipient was told last: kept in memory for the queue place, never needed for delivery.
import type { Channel } from '../control/classify.ts';
import { logSafe } from './log-lines.ts';

/** The attempts for one recipient so far. */
interface Attempts {
  readonly tries: number;
  /** The last report, word for word. */
  readonly said: string;
  readonly running: boolean;
}

/** Per message and recipient; at most `perMessage` recipients are remembered for one message. */
export interface AttemptBook {
  started(id: number, channel: Channel, recipient: string): void;
  ended(id: number, channel: Channel, recipient: string, said: string): void;
  /** Takes in what an earlier host has logged; its recipient is written as in the log. */
  recall(id: number, channel: Channel, recipient: string, tries: number, said: string): void;
  of(id: number, channel: Channel, recipient: string): Attempts;
  forget(id: number): void;
}

const perMessage = 200;
const none: Attempts = { tries: 0, said: '', running: false };

export function createAttemptBook(): AttemptBook {
  const book = new Map<number, Map<string, Attempts>>();

  function update(id: number, key: string, change: (before: Attempts) => Attempts): void {
    const page = book.get(id) ?? new Map<string, Attempts>();
    book.set(id, page);
    const before = page.get(key);
    if (before || page.size < perMessage) page.set(key, change(before ?? none));
  }

  // As in the log: what is recalled from there is found again.
  const keyOf = (channel: Channel, recipient: string) => `${channel} ${logSafe(recipient)}`;

  return {
    started: (id, channel, recipient) =>
      update(id, keyOf(channel, recipient), before => ({ ...before, running: true })),
    ended: (id, channel, recipient, said) =>
      update(id, keyOf(channel, recipient), before => ({ tries: before.tries + 1, said, running: false })),
    recall: (id, channel, recipient, tries, said) =>
      update(id, keyOf(channel, recipient), () => ({ tries, said, running: false })),
    of: (id, channel, recipient) => book.get(id)?.get(keyOf(channel, recipient)) ?? none,
    forget: id => book.delete(id),
  };
}
