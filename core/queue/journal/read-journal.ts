// Reads the journal from its beginning: what it says of each message. A record counts if it was written completely. A delivery
// into a mailbox that no checkpoint has made durable counts only if the machine was not started again since: the writes of a
// killed process stay with the kernel, but a power failure may lose the mail and keep the mark.
import type { Channel } from '../../control/classify.ts';
import {
  type Accepted,
  decodeRecords,
  type Failed,
  type JournalRecord,
  type NewNumber,
  type OfMessage,
} from './record.ts';
import { readSegment, segmentNumbers } from './segments.ts';

/** What the journal says of one message. */
export interface JournaledMessage {
  readonly id: number;
  readonly bornSec: number;
  /** undefined: it was accepted before the oldest segment, and its files exist. */
  readonly accepted: Accepted | undefined;
  readonly done: Readonly<Record<Channel, Set<number>>>;
  readonly failed: Failed[];
  finished: boolean;
  /** The machine was started again since: what was not synced may be lost, so unsure marks do not count. */
  readonly powerLost: boolean;
  /** A mark did not count: its recipient gets the message again, even if the message had finished. */
  doubted: boolean;
  /** A later message has its number. */
  superseded: boolean;
  /** All its files existed, and qmail-send would have found them. */
  filed: boolean;
  /** No restart of the machine, no recovery and no copying since: a file that is missing was removed by a program. */
  unbroken: boolean;
}

/** On which machine and in which directory the journal is read. */
export interface Reading {
  /** This run of the machine: see lib/boot-id.ts. */
  readonly bootId: string;
  /** Which directory the queue is: see takeover.ts. */
  readonly place: string;
}

/** The whole journal. */
export interface JournalContents {
  readonly messages: readonly JournaledMessage[];
  /** Directories below which mail was delivered that may not be durable yet. */
  readonly written: ReadonlySet<string>;
  /** Segments that end in an incomplete record. */
  readonly torn: readonly number[];
  /** The newest segment; undefined: there is no journal. */
  readonly lastSegment: number | undefined;
}

/** What was read so far: messages by number, and those whose number was used again although they may not be over. */
interface Told {
  readonly byNumber: Map<number, JournaledMessage>;
  superseded: JournaledMessage[];
  readonly written: Set<string>;
}

/** @param read returns a segment's bytes; none: it was removed meanwhile */
export function readJournal(
  directory: string,
  reading: Reading,
  read: (directory: string, number: number) => Buffer = readSegment,
): JournalContents {
  const numbers = segmentNumbers(directory);
  const told: Told = { byNumber: new Map(), superseded: [], written: new Set() };
  const torn = numbers.filter(number => readSegmentRecords(read(directory, number), told, reading).torn);
  const messages = [...told.byNumber.values(), ...told.superseded];
  return { messages, written: told.written, torn, lastSegment: numbers.at(-1) };
}

/** True when it has no recipient left. */
export function isOver({ finished, doubted }: JournaledMessage): boolean {
  return finished && !doubted;
}

function readSegmentRecords(segment: Buffer, told: Told, { bootId, place }: Reading): { torn: boolean } {
  let since: Since = { powerLost: true, unbroken: false };
  const decoded = decodeRecords(segment);
  let next = decoded.next();
  for (; !next.done; next = decoded.next()) {
    const record = next.value;
    if (record.type === 'booted') {
      const powerLost = record.bootId !== bootId;
      since = { powerLost, unbroken: !powerLost && record.place === place };
    } else if (record.type === 'written') told.written.add(record.directory);
    else if (record.type === 'renumbered') for (const number of record.numbers) renumber(told, number);
    else if (record.type === 'filed') for (const one of record.messages) noteFiled(told, one);
    else if (record.type === 'recovering') distrust(told);
    else tell(told, record, since);
  }
  return next.value;
}

type AboutMessage = Exclude<JournalRecord, { type: 'booted' | 'written' | 'renumbered' | 'filed' | 'recovering' }>;

/** What happened between the writing and the reading of a segment. */
type Since = Pick<JournaledMessage, 'powerLost' | 'unbroken'>;

function tell({ byNumber, superseded }: Told, record: AboutMessage, since: Since): void {
  const { id, bornSec } = record;
  const known = byNumber.get(id);
  if (record.type === 'accepted') {
    if (known?.accepted && !isOver(known)) superseded.push({ ...known, superseded: true, unbroken: false });
    byNumber.set(id, begin(id, bornSec, record, since));
    return;
  }
  const journaled = known?.bornSec === bornSec ? known : begin(id, bornSec, undefined, since);
  byNumber.set(id, journaled);
  if (record.type === 'failed') journaled.failed.push(record);
  else if (record.type === 'finished') journaled.finished = true;
  else if (!record.sure && since.powerLost) journaled.doubted = true;
  else journaled.done[record.channel].add(record.offset);
}

function begin(id: number, bornSec: number, accepted: Accepted | undefined, since: Since): JournaledMessage {
  const done = { local: new Set<number>(), remote: new Set<number>() };
  return {
    id,
    bornSec,
    accepted,
    done,
    failed: [],
    finished: false,
    doubted: false,
    superseded: false,
    filed: false,
    ...since,
  };
}

function noteFiled({ byNumber }: Told, { id, bornSec }: OfMessage): void {
  const journaled = byNumber.get(id);
  if (journaled?.accepted && journaled.bornSec === bornSec) journaled.filed = true;
}

function distrust({ byNumber, superseded }: Told): void {
  for (const journaled of [...byNumber.values(), ...superseded]) journaled.unbroken = false;
}

function renumber(told: Told, { from, qp, to }: NewNumber): void {
  const isMeant = (journaled: JournaledMessage | undefined) => journaled?.id === from && journaled.accepted?.qp === qp;
  const journaled = [told.byNumber.get(from), ...told.superseded].find(isMeant);
  if (!journaled) return;
  if (journaled.superseded) told.superseded = told.superseded.filter(one => one !== journaled);
  else told.byNumber.delete(from);
  told.byNumber.set(to, withNumber(journaled, to));
}

/** The same message under another number. */
export function withNumber(journaled: JournaledMessage, id: number): JournaledMessage {
  const { accepted } = journaled;
  return { ...journaled, id, accepted: accepted && { ...accepted, id }, superseded: false, unbroken: false };
}
