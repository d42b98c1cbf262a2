// Gives new numbers to messages of the journal whose number another file has, or whose file was lost in a power failure: each gets
// a new file and with it a new number. One record in the journal has all new numbers before they are used, so that a crash
// meanwhile neither loses a message nor makes two of it.
import { closeSync, statSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import type { QueueLayout } from '../files/layout.ts';
import { openMessageFile, tryUnlink } from '../files/message-file.ts';
import { removePreprocessed } from '../files/remove-files.ts';
import { type JournaledMessage, withNumber } from '../journal/read-journal.ts';
import { type Accepted, encodeRecord } from '../journal/record.ts';
import { writeSegment } from '../journal/segments.ts';
import { fileStateOf } from './file-state.ts';

/** A message of the journal that has its bytes. */
export type WithBytes = JournaledMessage & { readonly accepted: Accepted & { readonly raw: Uint8Array } };

/**
 * @param known numbers that other messages of the journal have: none of them is assigned
 * @param lastSegment the newest segment
 * @returns the messages under their new numbers, and the last segment now
 */
export function assignNewNumbers(
  layout: QueueLayout,
  clock: Clock,
  withoutFile: readonly WithBytes[],
  known: ReadonlySet<number>,
  lastSegment: number,
): { messages: JournaledMessage[]; lastSegment: number } {
  if (withoutFile.length === 0) return { messages: [], lastSegment };
  const passedOver: number[] = [];
  const numbers = withoutFile.map(journaled => {
    if (!journaled.superseded) removeRemains(layout, journaled);
    const to = writeNewFile(layout, clock, journaled, known, passedOver);
    return { from: journaled.id, qp: journaled.accepted.qp, to };
  });
  for (const id of passedOver) tryUnlink(layout.mess(id));
  writeSegment(layout.journalDir, lastSegment + 1, encodeRecord({ type: 'renumbered', numbers }));
  const messages = withoutFile.map((journaled, at) => withNumber(journaled, numbers[at]?.to as number));
  return { messages, lastSegment: lastSegment + 1 };
}

/**
 * Removes files that the message had under its old number, but not those of another message that has it now: if that was
 * preprocessed meanwhile (by a qmail-send that ran on this queue), info, local, remote and bounce belong to it.
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
        passedOver.push(file.id); // It stays until all have a number, so that its inode is not used again.
        continue;
      }
      writeAllSync(file.fd, accepted.raw);
      return file.id;
    } finally {
      closeSync(file.fd);
    }
  }
}
