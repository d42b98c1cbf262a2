// The output of qmail-qread and qmail-qstat, read from a queue's journal and its files.
import { readdirSync, statSync } from 'node:fs';
import type { Channel } from '../../control/classify.ts';
import { nowSec, systemClock } from '../../lib/clock.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { printable } from '../../lib/text/printable.ts';
import { addressFromText, textFromBytes } from '../../message/address.ts';
import { records } from '../files/envelope-file.ts';
import { messageNumber, type QueueLayout, queueLayout } from '../files/layout.ts';
import { withOffsets } from '../files/recipients.ts';
import type { JournaledMessage } from '../journal/read-journal.ts';
import { type InspectedJournal, inspectJournal } from '../recovery/inspect-journal.ts';

const channels: readonly Channel[] = ['local', 'remote'];

/** qmail-qread's lines, as byte strings: a line per preprocessed message, then one per recipient. */
export function* listQueue(home: string): Generator<string> {
  const layout = queueLayout(home);
  const journal = inspectJournal(layout, nowSec(systemClock));
  const listed = new Set<number>();
  for (const directory of layout.dirs('info')) {
    for (const name of readdirSync(directory)) {
      const id = messageNumber(name);
      if (id === undefined || !isThere(layout.mess(id))) continue;
      listed.add(id);
      yield* listMessage(layout, id, journal);
    }
  }
  for (const [id, journaled] of journal.unfinished)
    if (!listed.has(id)) yield* listJournaled(layout, id, journaled.accepted, journaled);
}

function* listMessage(
  layout: QueueLayout,
  id: number,
  { unfinished, over, marked }: InspectedJournal,
): Generator<string> {
  const info = statSync(layout.info(id), { throwIfNoEntry: false });
  const message = statSync(layout.mess(id), { throwIfNoEntry: false });
  if (!info || !message) return; // It was finished meanwhile.
  const bornSec = Math.floor(info.mtimeMs / 1000);
  if (over.get(id)?.bornSec === bornSec) return;
  const found = unfinished.get(id) ?? marked.get(id);
  const journaled = found?.bornSec === bornSec ? found : undefined;
  const sender = records(readWholeFile(layout.info(id)))[0]?.slice(1) ?? '';
  yield headLine(layout, { id, bornSec, sizeBytes: message.size, sender }, journaled);
  for (const channel of channels) {
    if (!isThere(layout[channel](id))) continue;
    let offset = 0;
    for (const record of records(readWholeFile(layout[channel](id)))) {
      yield recipientLine(channel, record.slice(1), record[0] === 'D' || journaled?.done[channel].has(offset) === true);
      offset += record.length + 1;
    }
  }
}

/** A message without files, but perhaps mess/N. */
function* listJournaled(
  layout: QueueLayout,
  id: number,
  { bornSec, sizeBytes, sender, recipients }: NonNullable<JournaledMessage['accepted']>,
  journaled: JournaledMessage,
): Generator<string> {
  yield headLine(layout, { id, bornSec, sizeBytes, sender }, journaled);
  for (const channel of channels) {
    const all = withOffsets(recipients[channel]);
    const isDone = ({ offset }: { offset: number }) => journaled.done[channel].has(offset);
    if (all.every(isDone)) continue;
    for (const recipient of all) yield recipientLine(channel, recipient.address, isDone(recipient));
  }
}

interface Head {
  readonly id: number;
  readonly bornSec: number;
  readonly sizeBytes: number;
  readonly sender: string;
}

function headLine(
  layout: QueueLayout,
  { id, bornSec, sizeBytes, sender }: Head,
  journaled: JournaledMessage | undefined,
): string {
  const born = formatDate822(bornSec * 1000).replace(' -0000', ' GMT');
  const failed = isThere(layout.bounce(id)) || (journaled?.failed.length ?? 0) > 0;
  return `${born}  #${id}  ${sizeBytes}  <${shown(sender)}> ${failed ? ' bouncing' : ''}`;
}

function recipientLine(channel: Channel, address: string, isDone: boolean): string {
  return `${isDone ? '  done' : ''}\t${channel}\t${shown(address)}`;
}

/** Programs of this machine may queue any bytes, and the network those above 127: here none is a line of its own, or an order to the terminal. */
function shown(address: string): string {
  const text = textFromBytes(Buffer.from(address, 'latin1'));
  return addressFromText(printable(text).replace(/[\t\n\udc80-\udc9f]/gu, '?'));
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The two numbers of qmail-qstat. A message in the journal is preprocessed, even if it still has names in todo. */
export function countQueue(home: string): { messages: number; unprocessed: number } {
  const layout = queueLayout(home);
  const { unfinished, over } = inspectJournal(layout, nowSec(systemClock));
  const numbersIn = (directory: string) => readdirSync(directory).flatMap(name => messageNumber(name) ?? []);
  const inTodo = layout.dirs('todo').flatMap(numbersIn);
  const unprocessed = inTodo.filter(id => !unfinished.has(id) && !over.has(id));
  const messages = new Set([...layout.dirs('mess').flatMap(numbersIn), ...unfinished.keys()]);
  return { messages: messages.size, unprocessed: unprocessed.length };
}
