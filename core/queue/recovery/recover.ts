// After a crash: the journal is read from its beginning, and the queue's files get what they lack. All of it may be done
// again: a crash during recovery leaves a queue from which the next recovery comes to the same. See README.md.
import { type Clock, nowSec } from '../../lib/clock.ts';
import { syncDirectoryNow } from '../../lib/disk/directory-sync.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { readBeginning } from '../files/holds.ts';
import type { QueueLayout } from '../files/layout.ts';
import { isKept, writeMessageFile } from '../files/numbers.ts';
import { lookedAtBytes, messageIdIn } from '../intake/message-id.ts';
import { isOver, type JournalContents, type JournaledMessage, readJournal } from '../journal/read-journal.ts';
import { type Accepted, encodeRecord, type JournalRecord } from '../journal/record.ts';
import { removeSegments, writeSegment } from '../journal/segments.ts';
import type { QueueLog } from '../queue-log.ts';
import { fileStateOf } from './file-state.ts';
import { assignNewNumbers, type WithBytes } from './new-numbers.ts';
import { applyToFiles, rebuildFiles, removeFinished } from './rebuild-files.ts';
import { finishedElsewhere, placeOf } from './takeover.ts';

/** What recovery needs. */
export interface RecoverDeps {
  readonly layout: QueueLayout;
  readonly clock: Clock;
  readonly log: Pick<QueueLog, 'alert' | 'warning' | 'identity'>;
  /** This run of the machine: see lib/boot-id.ts. */
  readonly bootId: string;
  /** Syncs the file system that holds a directory. */
  readonly sync: (directory: string) => Promise<void>;
  /** Makes the files of these messages durable, or more than them. */
  readonly syncQueue: (ids: Iterable<number>) => Promise<void>;
}

/**
 * Brings the queue's files up to date, durably, and removes the journal.
 * @returns true when there was one: the last host was stopped by a crash
 * @throws when the disk refuses: nothing is lost by that, the next start does it again
 */
export async function recover(deps: RecoverDeps): Promise<boolean> {
  const { layout, clock, log, syncQueue } = deps;
  const { messages, torn, lastSegment: lastFound } = await readBelievable(deps);
  if (lastFound === undefined) return false;
  for (const number of torn) {
    log.warning(`journal/${number} ends in a record that was not written whole: nobody was told of it`);
  }
  const lastSegment = noticeTakeover(deps, messages, lastFound);
  const atHome: JournaledMessage[] = [];
  const homeless: WithBytes[] = [];
  for (const journaled of messages) {
    const { id, accepted, finished } = journaled;
    if (!accepted) applyToFiles(layout, journaled);
    else if (isOver(journaled)) removeFinished(layout, accepted);
    else if (!journaled.superseded && hasFile(layout, accepted)) atHome.push(journaled);
    else if (accepted.raw) homeless.push({ ...journaled, accepted: { ...accepted, raw: accepted.raw } });
    // A finished message's file goes only after all that was delivered of it was synced: then there is no doubt.
    else if (!finished)
      log.alert(`message ${id} (qp ${accepted.qp}) cannot be recovered: mess/${id} is not what it was`);
  }
  const moved = assignNewNumbers(layout, clock, homeless, new Set(messages.map(({ id }) => id)), lastSegment);
  for (const journaled of [...atHome, ...moved.messages]) {
    rebuildFiles(layout, journaled);
    // The log is written a moment after the journal: without this line nobody could tell later that the message was queued.
    const identity = messageIdIn(journaled.accepted?.raw ?? readBeginning(layout.mess(journaled.id), lookedAtBytes));
    if (identity !== undefined) log.identity(journaled.id, identity);
  }
  await syncQueue([...messages, ...moved.messages].map(({ id }) => id));
  removeSegments(layout.journalDir, moved.lastSegment);
  syncDirectoryNow(layout.journalDir);
  const unfinished = atHome.length + homeless.length;
  log.warning(`the host was not stopped in order; unfinished messages found in the journal: ${unfinished}`);
  return true;
}

/**
 * Takes note of what another queue manager has finished meanwhile. The journal is told before any file is changed: what a
 * recovery removes, and is killed then, must not look to the next one as if somebody had finished it.
 * @returns the last segment now
 */
function noticeTakeover(
  { layout, clock, log }: RecoverDeps,
  messages: readonly JournaledMessage[],
  lastSegment: number,
): number {
  if (messages.every(isOver)) return lastSegment;
  const records: JournalRecord[] = [];
  for (const journaled of finishedElsewhere(layout, messages, nowSec(clock))) {
    const { id, bornSec, accepted } = journaled;
    journaled.finished = true;
    records.push({ type: 'finished', id, bornSec });
    log.warning(
      `message ${id} (qp ${accepted?.qp}) was finished by another queue manager since, it is not delivered again`,
    );
  }
  const raw = Buffer.concat([...records, { type: 'recovering' } as const].map(encodeRecord));
  writeSegment(layout.journalDir, lastSegment + 1, raw);
  return lastSegment + 1;
}

/**
 * Mail that a killed host delivered is synced before its marks are believed for good. Where that fails, they are not: it is
 * delivered again, as after a power failure.
 */
async function readBelievable({ layout, log, bootId, sync }: RecoverDeps): Promise<JournalContents> {
  const place = placeOf(layout);
  const contents = readJournal(layout.journalDir, { bootId, place });
  try {
    for (const directory of contents.written) await sync(directory);
    return contents;
  } catch (error) {
    log.alert(`unable to sync mailboxes, their last mail is delivered again: ${reasonOf(error)}`);
    return readJournal(layout.journalDir, { bootId: 'another run of the machine', place });
  }
}

/** True when the message's file is there. Mostly the host was killed while it had none: its spare file becomes it. */
function hasFile(layout: QueueLayout, accepted: Accepted): boolean {
  const { id, raw } = accepted;
  const state = fileStateOf(layout, accepted);
  if (state !== 'missing' || !raw) return state === 'whole';
  if (!isKept(layout, id)) return false;
  writeMessageFile(layout, id, raw);
  return true;
}
