// Reads what is left to do in a queue on disk, from its files and its journal, without the code that recovers it: what must be
// delivered after a crash, and what of it may be delivered twice.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Channel } from '../../core/control/classify.ts';
import { records } from '../../core/queue/files/envelope-file.ts';
import { messageNumber, type QueueLayout, queueLayout } from '../../core/queue/files/layout.ts';
import { type Accepted, decodeRecords, type JournalRecord } from '../../core/queue/journal/record.ts';
import { labelOf } from './crash-home.ts';

/** A message that has a recipient left, or whose bounce has not been sent. */
export interface Unfinished {
  readonly label: string;
  readonly sender: string;
  /** Recipients that are not done. */
  readonly recipients: readonly string[];
  /** It has failed for a recipient that is done. */
  readonly failed: boolean;
}

const channels: readonly Channel[] = ['local', 'remote'];

/** What the journal says of one message. */
interface Told {
  readonly id: number;
  readonly bornSec: number;
  accepted?: Accepted;
  readonly done: Record<Channel, Set<number>>;
  failed: boolean;
  finished: boolean;
  /** All its files existed: a channel whose file is gone now is done. */
  hadFiles: boolean;
}

export function unfinishedOnDisk(home: string): Unfinished[] {
  const layout = queueLayout(home);
  const told = readJournal(layout);
  const found: Unfinished[] = [];
  for (const one of told) {
    if (!one.accepted || one.finished) continue;
    const { raw, sender, recipients } = one.accepted;
    const text = raw ? Buffer.from(raw).toString('latin1') : readFileSync(layout.mess(one.id), 'latin1');
    const left = channels.flatMap(channel => {
      const isEnded = one.hadFiles && existsSync(layout.info(one.id)) && !existsSync(layout.todo(one.id));
      if (isEnded && !existsSync(layout[channel](one.id))) return [];
      const inFile = doneInFile(layout[channel](one.id), recipients[channel]);
      return withOffsets(recipients[channel]).filter(
        ({ offset }) => !one.done[channel].has(offset) && !inFile.has(offset),
      );
    });
    found.push({
      label: labelOf(text),
      sender,
      recipients: left.map(({ address }) => address),
      failed: one.failed || existsSync(layout.bounce(one.id)),
    });
  }
  for (const name of readdirSync(layout.todoDir)) {
    const id = messageNumber(name);
    if (id === undefined) continue;
    const todo = readTodo(layout.todo(id));
    if (told.some(one => one.id === id && one.accepted?.qp === todo.qp)) continue;
    if (!existsSync(layout.mess(id))) continue;
    const label = labelOf(readFileSync(layout.mess(id), 'latin1'));
    found.push({ label, sender: todo.sender, recipients: todo.recipients, failed: false });
  }
  for (const id of inFiles(layout)) {
    const bornSec = Math.floor(statSync(layout.info(id)).mtimeMs / 1000);
    // A file that is being made has not its time yet.
    const known = told.findLast(one => one.id === id && (one.bornSec === bornSec || (one.accepted && !one.finished)));
    if (known?.accepted || existsSync(layout.todo(id)) || known?.finished) continue;
    const recipients = channels.flatMap(channel => {
      const path = layout[channel](id);
      const left = existsSync(path) ? recordsWithOffsets(readFileSync(path)) : [];
      return left.filter(({ record, offset }) => record.startsWith('T') && !known?.done[channel].has(offset));
    });
    found.push({
      label: existsSync(layout.mess(id)) ? labelOf(readFileSync(layout.mess(id), 'latin1')) : 'without its file',
      sender: records(readFileSync(layout.info(id)))[0]?.slice(1) ?? '',
      recipients: recipients.map(({ record }) => record.slice(1)),
      failed: existsSync(layout.bounce(id)) || known?.failed === true,
    });
  }
  return found;
}

function readTodo(path: string): { qp: number; sender: string; recipients: string[] } {
  const found = records(readFileSync(path));
  const of = (letter: string) => found.filter(record => record[0] === letter).map(record => record.slice(1));
  return { qp: Number(of('p')[0]), sender: of('F')[0] ?? '', recipients: of('T') };
}

function readJournal(layout: QueueLayout): Told[] {
  const told: Told[] = [];
  const numbers = readdirSync(layout.journalDir)
    .filter(name => /^\d+$/.test(name))
    .map(Number);
  for (const number of numbers.sort((a, b) => a - b)) {
    for (const record of decodeRecords(readFileSync(join(layout.journalDir, String(number))))) tell(told, record);
  }
  return told;
}

function tell(told: Told[], record: JournalRecord): void {
  if (record.type === 'booted' || record.type === 'written') return;
  if (record.type === 'recovering') {
    for (const one of told) one.hadFiles = false;
    return;
  }
  if (record.type === 'filed') {
    for (const { id, bornSec } of record.messages) {
      const filed = told.findLast(one => one.id === id);
      if (filed?.bornSec === bornSec) filed.hadFiles = true;
    }
    return;
  }
  if (record.type === 'renumbered') throw new Error('nobody gets a new number without a power failure');
  const { id, bornSec } = record;
  const known = told.findLast(one => one.id === id && one.bornSec === bornSec);
  if (record.type === 'accepted' || !known) {
    const done = { local: new Set<number>(), remote: new Set<number>() };
    const one: Told = { id, bornSec, done, failed: false, finished: false, hadFiles: false };
    told.push(record.type === 'accepted' ? { ...one, accepted: record, hadFiles: record.readSec !== undefined } : one);
    if (record.type !== 'accepted') tell(told, record);
    return;
  }
  if (record.type === 'marked') known.done[record.channel].add(record.offset);
  else if (record.type === 'failed') known.failed = true;
  else known.finished = true;
}

function inFiles(layout: QueueLayout): number[] {
  return layout.dirs('info').flatMap(directory => readdirSync(directory).flatMap(name => messageNumber(name) ?? []));
}

/** Marks that a message of the journal has in its channel file, once that is whole. */
function doneInFile(path: string, recipients: readonly string[]): Set<number> {
  const found = existsSync(path) ? recordsWithOffsets(readFileSync(path)) : [];
  if (found.map(({ record }) => record.slice(1)).join('\0') !== recipients.join('\0')) return new Set();
  return new Set(found.filter(({ record }) => record.startsWith('D')).map(({ offset }) => offset));
}

function recordsWithOffsets(raw: Buffer): { record: string; offset: number }[] {
  let offset = 0;
  return records(raw).map(record => {
    const found = { record, offset };
    offset += record.length + 1;
    return found;
  });
}

function withOffsets(addresses: readonly string[]): { address: string; offset: number }[] {
  let offset = 0;
  return addresses.map(address => {
    const found = { address, offset };
    offset += address.length + 2;
    return found;
  });
}
