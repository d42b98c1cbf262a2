// The queue as people see it: a summary from memory, and rows read from the queue files for the part that is on screen.

import { readFileSync } from 'node:fs';
import type { QueueRecipient, QueueRow, QueueSummary } from '../api/queue.ts';
import type { Channel } from '../control/classify.ts';
import { displayAddress } from '../message/address.ts';
import { shownAnswer } from '../message/shown-answer.ts';
import type { AttemptBook } from './attempts.ts';
import { records } from './envelope-file.ts';
import { isHeld } from './holds.ts';
import type { QueueLayout } from './layout.ts';
import { readSender } from './read-sender.ts';
import { formatRecipients } from './settle.ts';
import type { WaitingMessage, WaitingMessages } from './waiting.ts';

/** At most so many recipients are listed in a row; the rest is counted. */
const shownRecipients = 50;

/** Rows of the messages that wait, oldest first. */
export function queueRows(
  layout: QueueLayout,
  waiting: WaitingMessages,
  attempts: AttemptBook,
  offset: number,
  limit: number,
): QueueRow[] {
  const byAge = [...waiting.all.values()].sort((a, b) => a.bornSec - b.bornSec || a.id - b.id);
  return byAge.slice(offset, offset + limit).flatMap(message => {
    try {
      return [rowOf(layout, message, attempts)];
    } catch {
      return []; // It was finished between our look at memory and our look at the disk.
    }
  });
}

function rowOf(layout: QueueLayout, message: WaitingMessage, attempts: AttemptBook): QueueRow {
  const recipients = [...message.channels.keys()].flatMap(channel => recipientsOf(layout, message, channel, attempts));
  const left = recipients.filter(({ state }) => state !== 'ended');
  const held = left.length > 0 && left.every(recipient => recipient.held);
  return {
    id: message.id,
    sender: displayAddress(message.fresh?.sender ?? readSender(layout, message.id)),
    recipients: recipients.slice(0, shownRecipients),
    more: Math.max(recipients.length - shownRecipients, 0),
    sizeBytes: message.sizeBytes,
    bornMs: message.bornSec * 1000,
    nextTryMs: held ? null : nextTryMs(message),
    held,
  };
}

function recipientsOf(
  layout: QueueLayout,
  message: WaitingMessage,
  channel: Channel,
  book: AttemptBook,
): QueueRecipient[] {
  const all = records(readChannel(layout, message, channel));
  const repeats = countEqual(all.map(record => record.slice(1)));
  let offset = 0;
  return all.map(record => {
    const address = record.slice(1);
    const at = offset;
    offset += record.length + 1;
    const { tries, said, status, answer, running } = book.of(
      message.id,
      channel,
      { address, offset: at },
      repeats.get(address) ?? 1,
    );
    const state = record[0] === 'D' ? 'ended' : running ? 'now' : 'waiting';
    const held = state !== 'ended' && isHeld(message.held, channel, address);
    const why = { said: displayAddress(said), status: status ?? null, answer: shownAnswer(answer) };
    return { record: at, address: displayAddress(address), channel, state, tries, ...why, held };
  });
}

function countEqual(addresses: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const address of addresses) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
}

/** What the message's channel file says, or would say. @throws when there is none */
export function readChannel(layout: QueueLayout, { id, fresh }: WaitingMessage, channel: Channel): Buffer {
  return fresh ? formatRecipients(fresh.recipients[channel], fresh.done[channel]) : readFileSync(layout[channel](id));
}

function nextTryMs(message: WaitingMessage): number | null {
  const dues = [...message.channels.values()].filter(due => due !== 'now');
  return dues.length > 0 ? Math.min(...dues) * 1000 : null;
}

/** What the tiles and the status bar show. */
export function summarize(
  waiting: WaitingMessages,
  running: QueueSummary['running'],
  limit: QueueSummary['limit'],
  lastHour: QueueSummary['lastHour'],
): QueueSummary {
  let bytes = 0;
  let held = 0;
  let oldestSec = Number.POSITIVE_INFINITY;
  for (const message of waiting.all.values()) {
    bytes += message.sizeBytes;
    if (message.held === 'all') held++;
    oldestSec = Math.min(oldestSec, message.bornSec);
  }
  const nextSec = Math.min(
    waiting.nextDueSec('local') ?? Number.POSITIVE_INFINITY,
    waiting.nextDueSec('remote') ?? Number.POSITIVE_INFINITY,
  );
  return {
    messages: waiting.all.size,
    held,
    bytes,
    oldestMs: Number.isFinite(oldestSec) ? oldestSec * 1000 : null,
    nextTryMs: Number.isFinite(nextSec) ? nextSec * 1000 : null,
    running,
    limit,
    lastHour,
  };
}
