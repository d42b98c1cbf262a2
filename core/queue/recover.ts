// After a crash: the journal is read from its beginning, and the queue's files get what they lack. Everything here may be
// repeated: a crash during recovery changes nothing. See the table in README.md.
import { closeSync, existsSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Channel } from '../control/classify.ts';
import type { Clock } from '../lib/clock.ts';
import { records } from './envelope-file.ts';
import { withOffsets } from './fresh.ts';
import { type Accepted, decodeRecords, type Failed, type JournalRecord } from './journal/record.ts';
import { readSegment, segmentNumbers } from './journal/segments.ts';
import type { QueueLayout } from './layout.ts';
import type { QueueLog } from './log-lines.ts';
import { openMessageFile, writeAll } from './message-file.ts';
import { sparePath, writeMessageFile } from './numbers.ts';
import { openOwned } from './open-owned.ts';
import { formatInfo, formatRecipients, writeFile } from './settle.ts';

/** What the journal says of one message. */
interface Story {
  /** undefined: it was accepted before the oldest segment, its files exist. */
  readonly accepted: Accepted | undefined;
  /** The machine was started again since: what was not synced may be gone, and with it what unsure marks stand for. */
  readonly powerLost: boolean;
  readonly done: Readonly<Record<Channel, Set<number>>>;
  readonly failed: Failed[];
  /** A mark was not believed. */
  doubted: boolean;
  finished: boolean;
}

/** What recovery did, for the log. */
export interface Recovered {
  /** Unfinished messages that the journal held. */
  readonly messages: number;
  /** The newest segment that was read; undefined: there was no journal. */
  readonly lastSegment: number | undefined;
}

/** The journal, read to its end. */
interface Reading {
  /** The last message of each number. */
  readonly stories: Map<number, Story>;
  /** Finished messages whose deliveries may be lost: they are delivered once more. */
  readonly again: Story[];
  powerLost: boolean;
}

/**
 * Brings the queue's files up to date. The caller then syncs the file system and removes the segments.
 * @param bootId this run of the machine; segments of another one were cut off by a power failure
 */
export function recover(layout: QueueLayout, clock: Clock, bootId: string, log: QueueLog): Recovered {
  const numbers = segmentNumbers(layout.journalDir);
  const reading: Reading = { stories: new Map(), again: [], powerLost: false };
  for (const number of numbers) {
    const decoded = decodeRecords(readSegment(layout.journalDir, number));
    let next = decoded.next();
    for (; !next.done; next = decoded.next()) tell(reading, next.value, bootId);
    if (next.value.torn)
      log.warning(`journal/${number} ends in a record that was not written whole: nobody was told of it`);
  }
  let messages = 0;
  for (const [id, story] of reading.stories) {
    if (story.finished) sweep(layout, id, story);
    else if (story.accepted)
      messages += restore(layout, story, story.accepted, fileOf(layout, clock, story.accepted), log);
    else amend(layout, id, story);
    if (isLost(story)) reading.again.push(story);
  }
  for (const { accepted, ...story } of reading.again) {
    if (accepted)
      messages += restore(layout, { ...story, accepted, failed: [] }, accepted, copyOf(layout, clock, accepted), log);
  }
  return { messages, lastSegment: numbers.at(-1) };
}

function tell(reading: Reading, record: JournalRecord, bootId: string): void {
  if (record.type === 'booted') {
    reading.powerLost = record.bootId !== bootId;
    return;
  }
  const known = reading.stories.get(record.id);
  // A number is used again after its message has finished.
  if (known && record.type === 'accepted' && isLost(known)) reading.again.push(known);
  const story = known && record.type !== 'accepted' ? known : newStory(record, reading.powerLost);
  reading.stories.set(record.id, story);
  if (record.type === 'marked' && !record.sure && reading.powerLost) story.doubted = true;
  else if (record.type === 'marked') story.done[record.channel].add(record.offset);
  if (record.type === 'failed') story.failed.push(record);
  if (record.type === 'finished') story.finished = true;
}

function newStory(record: JournalRecord, powerLost: boolean): Story {
  const accepted = record.type === 'accepted' ? record : undefined;
  const done = { local: new Set<number>(), remote: new Set<number>() };
  return { accepted, powerLost, done, failed: [], doubted: false, finished: false };
}

function isLost({ accepted, doubted, finished }: Story): boolean {
  return finished && doubted && accepted !== undefined;
}

/** A message that is not done with: rebuilds whatever of its files is missing. @returns 1 if anybody waits for it */
function restore(layout: QueueLayout, story: Story, accepted: Accepted, id: number | undefined, log: QueueLog): 0 | 1 {
  forgetTodo(layout, accepted);
  if (id === undefined) {
    log.alert(`unable to recover message ${accepted.id} (qp ${accepted.qp}): its file is not what it was`);
    return 0;
  }
  for (const channel of ['local', 'remote'] as const) restoreChannel(layout, id, channel, story, accepted);
  for (const failure of story.failed) restoreParagraph(layout, { ...failure, id });
  if (!existsSync(layout.info(id))) writeFile(layout.info(id), formatInfo(accepted.sender), accepted.bornSec);
  return 1;
}

/** The todo file of a message that came from another process, if the crash left it there. */
function forgetTodo(layout: QueueLayout, { id, qp }: Accepted): void {
  if (!existsSync(layout.todo(id))) return;
  if (!records(readFileSync(layout.todo(id))).includes(`p${qp}`)) return;
  rmSync(layout.intd(id), { force: true });
  rmSync(layout.todo(id), { force: true });
}

/**
 * The number under which the message's file is there. Mostly the host was killed while the message had no file: its spare
 * file becomes it. @returns undefined when the file is lost and the journal does not hold the message's bytes
 */
function fileOf(layout: QueueLayout, clock: Clock, accepted: Accepted): number | undefined {
  const { id, raw } = accepted;
  if (isFileOf(layout, accepted)) return id;
  const spare = statSync(sparePath(layout, id), { throwIfNoEntry: false });
  const taken = statSync(layout.mess(id), { throwIfNoEntry: false });
  if (!raw || taken || spare?.ino !== id) return remake(layout, clock, accepted);
  writeMessageFile(layout, id, raw);
  return id;
}

/** Another file has the message's number now (after a power failure): the message goes on under a new one. */
function remake(layout: QueueLayout, clock: Clock, accepted: Accepted): number | undefined {
  const { id } = accepted;
  for (const path of [layout.info(id), layout.local(id), layout.remote(id), layout.bounce(id)]) {
    rmSync(path, { force: true });
  }
  return copyOf(layout, clock, accepted);
}

/** The message under a new number. @returns undefined when the journal does not hold its bytes */
function copyOf(layout: QueueLayout, clock: Clock, { id, qp, raw }: Accepted): number | undefined {
  if (!raw) return undefined;
  const file = openMessageFile(layout, clock, qp);
  if (!('fd' in file)) throw new Error(`unable to recover message ${id}: ${file.text}`);
  try {
    writeAll(file.fd, raw);
  } finally {
    closeSync(file.fd);
  }
  return file.id;
}

/** A channel's file with the marks of both the journal and the file; no file when everybody is done. */
function restoreChannel(layout: QueueLayout, id: number, channel: Channel, story: Story, accepted: Accepted): void {
  const path = layout[channel](id);
  const recipients = withOffsets(accepted.recipients[channel]);
  const done = new Set(story.done[channel]);
  const stat = statSync(path, { throwIfNoEntry: false });
  const found = stat ? readFileSync(path) : Buffer.alloc(0);
  // After a power failure a mark in the file of a local channel may stand for a mailbox file that is gone.
  const believed = channel === 'remote' || !story.powerLost;
  if (believed && found.length === formatRecipients(recipients, done).length) {
    for (const { offset } of recipients) if (found[offset] === 'D'.charCodeAt(0)) done.add(offset);
  }
  if (recipients.every(({ offset }) => done.has(offset))) rmSync(path, { force: true });
  else writeFile(path, formatRecipients(recipients, done), stat ? stat.mtimeMs / 1000 : accepted.bornSec);
}

function restoreParagraph(layout: QueueLayout, { id, offset, paragraph }: Failed): void {
  const path = layout.bounce(id);
  const fd = openOwned(path, existsSync(path) ? 'r+' : 'w', 0o600);
  try {
    writeSync(fd, Buffer.from(paragraph, 'latin1'), 0, undefined, offset);
  } finally {
    closeSync(fd);
  }
}

/** A message whose files were there before the journal's oldest segment: marks and paragraphs that they may lack. */
function amend(layout: QueueLayout, id: number, story: Story): void {
  if (!existsSync(layout.info(id))) return;
  for (const failure of story.failed) restoreParagraph(layout, failure);
  for (const channel of ['local', 'remote'] as const) {
    const path = layout[channel](id);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat || story.done[channel].size === 0) continue;
    const raw = readFileSync(path);
    for (const offset of story.done[channel]) if (offset < raw.length) raw[offset] = 'D'.charCodeAt(0);
    if (records(raw).every(record => record.startsWith('D'))) rmSync(path);
    else writeFile(path, raw, stat.mtimeMs / 1000);
  }
}

/** A finished message: removes what the crash kept from being removed, unless the number belongs to a newer message. */
function sweep(layout: QueueLayout, id: number, { accepted }: Story): void {
  if (existsSync(layout.todo(id)) && !(accepted && isTodoOf(layout, accepted))) return;
  const settled = existsSync(layout.info(id));
  if (!settled && !(accepted && isFileOf(layout, accepted))) return;
  for (const path of [layout.todo(id), layout.intd(id), layout.local(id), layout.remote(id), layout.bounce(id)]) {
    rmSync(path, { force: true });
  }
  rmSync(layout.info(id), { force: true });
  rmSync(layout.mess(id), { force: true });
}

function isTodoOf(layout: QueueLayout, { id, qp }: Accepted): boolean {
  return records(readFileSync(layout.todo(id))).includes(`p${qp}`);
}

function isFileOf(layout: QueueLayout, { id, raw, sizeBytes }: Accepted): boolean {
  const stat = statSync(layout.mess(id), { throwIfNoEntry: false });
  if (stat?.size !== sizeBytes) return false;
  return raw ? readFileSync(layout.mess(id)).equals(raw) : true;
}
