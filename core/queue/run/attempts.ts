// The attempts for each pending recipient so far, and the last result: in memory, for the queue view, never needed for delivery.
// A message may have the same address twice: its records are distinguished by their offsets in the channel file.
import type { Channel } from '../../control/classify.ts';
import { shortened } from '../../lib/text/shortened.ts';
import { logField } from '../../log-lines/field.ts';
import type { OutcomeFields } from '../../paper-path/outcome.ts';
import type { PendingRecipient } from '../files/recipients.ts';

/** How an attempt ended. */
interface Ended extends OutcomeFields {
  /** The report, its beginning if it is long. */
  readonly said: string;
}

/** The attempts for one recipient so far; the text and the fields are of the last one. */
interface Attempts extends Ended {
  readonly tries: number;
  readonly running: boolean;
}

/** Attempts by message and recipient; at most `perMessage` recipients of a message are remembered. */
export interface AttemptBook {
  started(id: number, channel: Channel, recipient: PendingRecipient): void;
  ended(id: number, channel: Channel, recipient: PendingRecipient, how: Ended): void;
  /** An attempt that an earlier host has logged; the recipient is written as in the log, which does not distinguish records. */
  recall(id: number, channel: Channel, recipient: string, how: Ended): void;
  /** @param repeats how many records of the channel have this address: recalled attempts are of all of them together */
  of(id: number, channel: Channel, recipient: PendingRecipient, repeats: number): Attempts;
  forget(id: number): void;
}

const perMessage = 200;
/** The limit for the texts of all messages, in characters: other servers write them. */
const mostChars = 16 * 1024 * 1024;
const none: Attempts = { tries: 0, said: '', status: undefined, answer: undefined, running: false };

export function createAttemptBook(): AttemptBook {
  const book = new Map<number, Map<string, Attempts>>();
  /** How many characters each message has; first the one that got no text for the longest time. */
  const chars = new Map<number, number>();
  let charsInAll = 0;

  function update(id: number, key: string, change: (before: Attempts) => Attempts): void {
    const page = book.get(id) ?? new Map<string, Attempts>();
    book.set(id, page);
    const before = page.get(key) ?? none;
    if (before === none && page.size >= perMessage) return;
    const after = change(before);
    page.set(key, after);
    if (after.said === before.said && after.answer === before.answer) return;
    count(id, (chars.get(id) ?? 0) + sizeOf(after) - sizeOf(before));
    for (const oldest of chars.keys()) {
      if (charsInAll <= mostChars) break;
      forgetText(oldest);
    }
  }

  function count(id: number, size: number): void {
    charsInAll += size - (chars.get(id) ?? 0);
    chars.delete(id);
    if (size > 0) chars.set(id, size);
  }

  /** The number of tries is kept. */
  function forgetText(id: number): void {
    count(id, 0);
    const page = book.get(id);
    for (const [key, attempts] of page ?? []) page?.set(key, { ...attempts, said: '', answer: undefined });
  }

  const recordKey = (channel: Channel, { offset }: PendingRecipient) => `${channel} ${offset}`;
  // The recipient as in the log, so that recalled attempts are found. No record has such a key.
  const logKey = (channel: Channel, recipient: string) => `${channel} to ${logField(recipient)}`;

  function end(id: number, key: string, how: Ended): void {
    update(id, key, ({ tries }) => ({ ...inShort(how), tries: tries + 1, running: false }));
  }

  return {
    started: (id, channel, recipient) =>
      update(id, recordKey(channel, recipient), before => ({ ...before, running: true })),
    ended: (id, channel, recipient, how) => end(id, recordKey(channel, recipient), how),
    recall: (id, channel, recipient, how) => end(id, logKey(channel, recipient), how),
    of(id, channel, recipient, repeats) {
      const page = book.get(id);
      const own = page?.get(recordKey(channel, recipient)) ?? none;
      const recalled = page?.get(logKey(channel, recipient.address)) ?? none;
      const tries = own.tries + Math.ceil(recalled.tries / repeats);
      const { said, status, answer } = own.tries > 0 ? own : recalled;
      return { tries, said, status, answer, running: own.running };
    },
    forget(id) {
      count(id, 0);
      book.delete(id);
    },
  };
}

function inShort(how: Ended): Ended {
  const { said, status, answer } = how;
  return { said: shortened(said), status, answer: answer && { ...answer, words: shortened(answer.words) } };
}

function sizeOf({ said, answer }: Attempts): number {
  return said.length + (answer?.words.length ?? 0);
}
