// Reads the journal for programs that look at a queue from outside (qmail-qread), whether or not a host runs on it.
import { existsSync } from 'node:fs';
import { readBootId } from '../../lib/process/boot-id.ts';
import type { QueueLayout } from '../files/layout.ts';
import { isOver, type JournaledMessage, readJournal } from '../journal/read-journal.ts';
import type { Accepted } from '../journal/record.ts';
import { readSegmentIfThere } from '../journal/segments.ts';
import { finishedElsewhere, placeOf } from './takeover.ts';

/** A message of the journal that has a recipient left. */
type Unfinished = JournaledMessage & { readonly accepted: Accepted };

/** What a queue's journal says, by message number. */
export interface InspectedJournal {
  readonly unfinished: ReadonlyMap<number, Unfinished>;
  /** Those that have ended; some of their files may still exist. */
  readonly over: ReadonlyMap<number, JournaledMessage>;
  /** Those whose files are older than the journal: what is newer than their files. */
  readonly marked: ReadonlyMap<number, JournaledMessage>;
}

/**
 * Reads the journal. Read the files after it, not before: a host moves messages from the journal to the files.
 * @throws UserError when it cannot be read
 */
export function inspectJournal(layout: QueueLayout, nowSec: number, bootId = readBootId()): InspectedJournal {
  const unfinished = new Map<number, Unfinished>();
  const over = new Map<number, JournaledMessage>();
  const marked = new Map<number, JournaledMessage>();
  if (!existsSync(layout.journalDir)) return { unfinished, over, marked };
  const { messages } = readJournal(layout.journalDir, { bootId, place: placeOf(layout) }, readSegmentIfThere);
  const elsewhere = new Set(finishedElsewhere(layout, messages, nowSec));
  for (const journaled of messages) {
    const { id, accepted } = journaled;
    if (isOver(journaled) || elsewhere.has(journaled)) over.set(id, journaled);
    else if (accepted) unfinished.set(id, { ...journaled, accepted });
    else marked.set(id, journaled);
  }
  return { unfinished, over, marked };
}
