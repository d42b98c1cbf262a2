// Messages of the journal whose number another file has taken, or whose file a power failure took: each gets a new file
// and with it a new number. The journal is told of all new numbers in one record before anything is built on them, so
// that a crash in the middle neither loses a message nor makes two of it.
import { closeSync, statSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import type { QueueLayout } from '../files/layout.ts';
import { openMessageFile, tryUnlink, writeAll } from '../files/message-file.ts';
import { removePreprocessed } from '../files/remove-files.ts';
import { type JournaledMessage, withNumber } from '../journal/read-journal.ts';
import { type Accepted, encodeRecord } from '../journal/record.ts';
import { writeSegment } from '../journal/segments.ts';
import { fileStateOf } from './file-state.ts';

/** A message of the journal, with its bytes. */
export type WithBytes = JournaledMessage & { readonly accepted: Accepted & { readonly raw: Uint8Array } };

/**
 * @param known numbers that other messages of the journal have: none of them is given out
 * @param lastSegment the journal so far
 * @returns the messages under their new numbers, and the last segment now
 */
export function assignNewNumbers(
  layout: QueueLayout,
  clock: Clock,
  homeless: readonly WithBytes[],
  known: ReadonlySet<number>,
  lastSegment: number,
): { messages: JournaledMessage[]; lastSegment: number } {
  if (homeless.length === 0) return { messages: [], lastSegment };
  const passedOver: number[] = [];
  const numbers = homeless.map(journaled => {
    if (!journaled.superseded) removeRemains(layout, journaled);
    const to = writeNewFile(layout, clock, journaled, known, passedOver);
    return { from: journaled.id, qp: journaled.accepted.qp, to };
  });
  for (const id of passedOver) tryUnlink(layout.mess(id));
  writeSegment(layout.journalDir, lastSegment + 1, encodeRecord({ type: 'renumbered', numbers }));
  const messages = homeless.map((journaled, at) => withNumber(journaled, numbers[at]?.to as number));
  return { messages, lastSegment: lastSegment + 1 };
}

/**
 * Files that the message had under its old number. What another message has under it now stays: if that was preprocessed
 * meanwhile (by a qmail-send that ran on this queue), info, local, remote and bounce are its own.
 */
function removeRemains(layout: QueueLayout, { id, accepted }: WithBytes): void {
  const isPreprocessed = statSync(layout.info(id), { throwIfNoEntry: false }) !== undefined;
  if (isPreprocessed && fileStateOf(layout, accepted) === 'other') return;
  removePreprocessed(layout, id);
}

function writeNewFile(
  layout: QueueLayout,
  clock: Clock,
  { id, accepted }: WithBytes,
  known: ReadonlySet<number>,
  passedOver: number[],
): number {
  for (;;) {
    const file = openMessageFile(layout, clock, accepted.qp);
    if (!('fd' in file)) throw new Error(`unable to recover message ${id}: ${file.text}`);
    try {
      if (known.has(file.id)) {
        passedOver.push(file.id); // It stays until all have a number: its inode must not come again.
        continue;
      }
      writeAll(file.fd, accepted.raw);
      return file.id;
    } finally {
      closeSync(file.fd);
    }
  }
}
