// Messages that are only in the journal, for those who look at a queue from outside, whether or not a host runs on it.
import { existsSync } from 'node:fs';
import { readBootId } from '../../lib/process/boot-id.ts';
import type { QueueLayout } from '../files/layout.ts';
import { isOver, readStories, type Story } from '../journal/read-journal.ts';
import type { Accepted } from '../journal/record.ts';
import { readSegmentIfThere } from '../journal/segments.ts';
import { finishedElsewhere, placeOf } from './takeover.ts';

/** A message of the journal that somebody still waits for. */
type Unfinished = Story & { readonly accepted: Accepted };

/** What a queue's journal says, by message number. */
export interface InJournal {
  readonly unfinished: ReadonlyMap<number, Unfinished>;
  /** Those that have come to their end; some of their files may be there still. */
  readonly over: ReadonlyMap<number, Story>;
  /** Those that were settled before: what is newer than their files. */
  readonly marked: ReadonlyMap<number, Story>;
}

/**
 * Reads the journal. Whoever wants the files too reads them after it: a host moves messages from here to there.
 * @throws UserError when it cannot be read
 */
export function readInJournal(layout: QueueLayout, nowSec: number, bootId = readBootId()): InJournal {
  const unfinished = new Map<number, Unfinished>();
  const over = new Map<number, Story>();
  const marked = new Map<number, Story>();
  if (!existsSync(layout.journalDir)) return { unfinished, over, marked };
  const { messages } = readStories(layout.journalDir, { bootId, place: placeOf(layout) }, readSegmentIfThere);
  const elsewhere = new Set(finishedElsewhere(layout, messages, nowSec));
  for (const story of messages) {
    const { id, accepted } = story;
    if (isOver(story) || elsewhere.has(story)) over.set(id, story);
    else if (accepted) unfinished.set(id, { ...story, accepted });
    else marked.set(id, story);
  }
  return { unfinished, over, marked };
}
