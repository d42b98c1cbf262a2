// Makes the files of one message agree with the journal. Each function may be repeated.
import { closeSync, existsSync, rmSync, statSync, utimesSync } from 'node:fs';
import type { Channel } from '../../control/classify.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { forgetDsn, writeKept } from '../files/dsn-file.ts';
import { records } from '../files/envelope-file.ts';
import { restoreFailures } from '../files/failures.ts';
import { formatInfo } from '../files/info-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { openOwned } from '../files/open-owned.ts';
import { formatRecipients, markInFile, type PendingRecipient, withOffsets } from '../files/recipients.ts';
import { removeNames, removePreprocessed } from '../files/remove-files.ts';
import { writeTimedFile } from '../files/timed-file.ts';
import { isOver, type JournaledMessage } from '../journal/read-journal.ts';
import type { Accepted, Failed } from '../journal/record.ts';
import { fileStateOf } from './file-state.ts';
import { isEndedElsewhere } from './takeover.ts';

const channels: readonly Channel[] = ['local', 'remote'];

/** An unfinished message of the journal that has mess/N: rebuilds the other files. */
export function rebuildFiles(layout: QueueLayout, journaled: JournaledMessage): void {
  const { id, bornSec, accepted } = journaled;
  if (!accepted) return;
  const ended = channels.filter(channel => isEndedElsewhere(layout, journaled, channel));
  // mess/N is this message's: todo/N, if it exists, is of this message, or is left of one that had the number before.
  removeNames(layout, id);
  for (const channel of channels) if (!ended.includes(channel)) restoreChannel(layout, channel, journaled, accepted);
  // The bounce of a finished message is queued: the journal says 'finished' only after that.
  if (!journaled.finished) restoreBounce(layout, journaled);
  if (accepted.dsn) writeKept(layout, id, accepted.dsn);
  const info = formatInfo(accepted.sender);
  if (!isFile(layout.info(id), info, bornSec)) writeTimedFile(layout.info(id), info, bornSec);
}

/** Removes the names in todo of a message that came from another process, if the crash left them. */
function removeTodo(layout: QueueLayout, { id, qp }: Accepted): void {
  if (!existsSync(layout.todo(id))) return;
  if (records(readWholeFile(layout.todo(id))).includes(`p${qp}`)) removeNames(layout, id);
}

/** Writes a channel file with the marks of both the journal and the file; removes it when all recipients are done. */
function restoreChannel(layout: QueueLayout, channel: Channel, journaled: JournaledMessage, accepted: Accepted): void {
  const path = layout[channel](journaled.id);
  const recipients = withOffsets(accepted.recipients[channel]);
  const done = new Set(journaled.done[channel]);
  const stat = statSync(path, { throwIfNoEntry: false });
  const found = stat ? readWholeFile(path) : Buffer.alloc(0);
  // After a power failure a local mark in the file may have outlived what was delivered, as one in the journal may.
  const fileCounts = channel === 'remote' || !journaled.powerLost;
  if (fileCounts && isOf(found, recipients)) {
    for (const { offset } of recipients) if (found[offset] === doneLetter) done.add(offset);
  }
  if (recipients.every(({ offset }) => done.has(offset))) rmSync(path, { force: true });
  else writeTimedFile(path, formatRecipients(recipients, done), stat ? stat.mtimeMs / 1000 : accepted.bornSec);
}

/** True for the complete channel file of these recipients, whatever is marked. */
function isOf(file: Buffer, recipients: readonly PendingRecipient[]): boolean {
  const found = records(file).map(record => record.slice(1));
  return found.length === recipients.length && recipients.every(({ address }, at) => address === found[at]);
}

function restoreBounce(layout: QueueLayout, { id, bornSec, failed }: JournaledMessage): void {
  const lines = failed.flatMap(({ offset, fields }) => (fields ? [{ bornSec, offset, ...fields }] : []));
  restoreFailures(layout, id, lines);
  for (const failure of failed) restoreParagraph(layout, id, failure);
}

function restoreParagraph(layout: QueueLayout, id: number, { offset, paragraph }: Failed): void {
  const path = layout.bounce(id);
  const fd = openOwned(path, existsSync(path) ? 'r+' : 'w', 0o600);
  try {
    writeAllSync(fd, Buffer.from(paragraph, 'latin1'), offset);
  } finally {
    closeSync(fd);
  }
}

/**
 * A message whose files are older than the journal: adds marks and paragraphs that they may lack. If it was finished, a power
 * failure may have brought files back; mess/N may be another message's, and is left to the cleanup.
 */
export function applyToFiles(layout: QueueLayout, journaled: JournaledMessage): void {
  const { id, bornSec, done } = journaled;
  const info = statSync(layout.info(id), { throwIfNoEntry: false });
  if (!info || Math.floor(info.mtimeMs / 1000) !== bornSec) return; // It is gone, or another message has its number.
  if (isOver(journaled)) {
    removePreprocessed(layout, id);
    return;
  }
  if (!journaled.finished) restoreBounce(layout, journaled);
  for (const channel of channels) {
    const path = layout[channel](id);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat || done[channel].size === 0) continue;
    // In place: these recipients are written nowhere else, and the next crash may come at any moment.
    for (const offset of done[channel]) if (offset < stat.size) markInFile(path, offset);
    if (records(readWholeFile(path)).every(record => record.startsWith('D'))) rmSync(path);
    else utimesSync(path, stat.mtimeMs / 1000, stat.mtimeMs / 1000);
  }
}

/**
 * A finished message: removes its remaining files, and files that a power failure brought back of messages that had the number
 * before, unless the number belongs to a newer message.
 */
export function removeFinished(layout: QueueLayout, accepted: Accepted): void {
  const { id } = accepted;
  const state = fileStateOf(layout, accepted);
  if (state === 'other') return; // Another process may have had the same qp, too.
  removeTodo(layout, accepted);
  removePreprocessed(layout, id);
  if (accepted.dsn) forgetDsn(layout, id);
  if (state === 'whole') rmSync(layout.mess(id), { force: true });
}

const doneLetter = 'D'.charCodeAt(0);

function isFile(path: string, raw: Buffer, mtimeSec: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.size === raw.length && stat.mtimeMs === mtimeSec * 1000 && readWholeFile(path).equals(raw);
}
