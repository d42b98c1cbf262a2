// Finds out what another queue manager (qmail-send) has done with messages of the journal since the last host was killed. It finds
// those that have files, and removes these at the end of a message: there is no other trace. README.md has the argument.
import { statSync } from 'node:fs';
import type { Channel } from '../../control/classify.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { formatInfo } from '../files/info-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { isOver, type JournaledMessage } from '../journal/read-journal.ts';
import { segmentNumbers, segmentPath } from '../journal/segments.ts';
import { fileStateOf } from './file-state.ts';

/** 36 hours, longer than the 24 after which an injector stops: files without a message that were not read since are removed. */
export const leftoverAgeSec = 129_600;

/** Names the queue's directory. A copy of a queue that was made while a host ran may lack files that were never removed. */
export function placeOf(layout: QueueLayout): string {
  const { dev, ino } = statSync(layout.root);
  return `${dev}:${ino}`;
}

/** True when a missing file of this message can only have been removed because it was done. */
function hadFiles({ accepted, unbroken, filed }: JournaledMessage, nowSec: number): boolean {
  if (!accepted || !unbroken) return false;
  return filed || (accepted.readSec !== undefined && nowSec <= accepted.readSec + leftoverAgeSec);
}

/** The messages that another queue manager has finished: no recipient is left, their bounces are queued. */
export function finishedElsewhere(
  layout: QueueLayout,
  messages: readonly JournaledMessage[],
  nowSec: number,
): JournaledMessage[] {
  const candidates = messages.filter(journaled => !isOver(journaled) && hadFiles(journaled, nowSec));
  if (candidates.length === 0) return [];
  const writtenMs = lastWrittenMs(layout);
  return candidates.filter(journaled => isGone(layout, journaled, writtenMs));
}

function isGone(layout: QueueLayout, { id, accepted }: JournaledMessage, writtenMs: number): boolean {
  if (!accepted || !(mtimeMs(layout.dirOf('mess', id)) > writtenMs)) return false;
  const state = fileStateOf(layout, accepted);
  if (state === 'other') return true; // Its inode was free, so its file was removed.
  const others = [
    layout.info(id),
    layout.local(id),
    layout.remote(id),
    layout.bounce(id),
    layout.intd(id),
    layout.todo(id),
  ];
  return state === 'missing' && !others.some(isThere);
}

/**
 * True when every recipient of a channel is done although the journal does not say so: the channel's file is gone while
 * the rest of the message is complete. Must be asked before any of its files is changed.
 */
export function isEndedElsewhere(layout: QueueLayout, journaled: JournaledMessage, channel: Channel): boolean {
  const { id, accepted, unbroken, filed } = journaled;
  if (!accepted || !unbroken || isThere(layout[channel](id)) || isThere(layout.todo(id))) return false;
  if (!filed && accepted.readSec === undefined) return false;
  // qmail-send writes the channel files before it removes todo/N, and a move to files writes them before info/N.
  return isThere(layout.info(id)) && readWholeFile(layout.info(id)).equals(formatInfo(accepted.sender));
}

function lastWrittenMs(layout: QueueLayout): number {
  const paths = segmentNumbers(layout.journalDir).map(number => segmentPath(layout.journalDir, number));
  return Math.max(...paths.map(mtimeMs));
}

function mtimeMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
