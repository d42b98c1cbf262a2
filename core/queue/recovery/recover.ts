// Recovers a queue after a crash: reads the journal from its beginning, and adds to the queue's files what they lack. It may be
// repeated: after a crash during recovery, the next recovery has the same result. See README.md.
import { type Clock, nowSec } from '../../lib/clock.ts';
import { syncDirectoryNow } from '../../lib/disk/directory-sync.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { readBeginning } from '../files/first-line.ts';
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
 * @returns true when there was one: the last host crashed
 * @throws when the disk refuses: nothing is lost, the next start does it again
 */
export async function recover(deps: RecoverDeps): Promise<boolean> {
  const { layout, clock, log, syncQueue } = deps;
  const { messages, torn, lastSegment: lastFound } = await readSynced(deps);
  if (lastFound === undefined) return false;
  for (const number of torn) {
    log.warning(`journal/${number} ends in an incomplete record: it was never acknowledged`);
  }
  const lastSegment = noticeTakeover(deps, messages, lastFound);
  const withFile: JournaledMessage[] = [];
  const withoutFile: WithBytes[] = [];
  for (const journaled of messages) {
    const { id, accepted, finished } = journaled;
    if (!accepted) applyToFiles(layout, journaled);
    else if (isOver(journaled)) removeFinished(layout, accepted);
    else if (!journaled.superseded && hasFile(layout, accepted)) withFile.push(journaled);
    else if (accepted.raw) withoutFile.push({ ...journaled, accepted: { ...accepted, raw: accepted.raw } });
    // The file of a finished message is removed only after all its deliveries were synced: there is no doubt then.
    else if (!finished)
      log.alert(`message ${id} (qp ${accepted.qp}) cannot be recovered: mess/${id} is not what it was`);
  }
  const moved = assignNewNumbers(layout, clock, withoutFile, new Set(messages.map(({ id }) => id)), lastSegment);
  for (const journaled of [...withFile, ...moved.messages]) {
    rebuildFiles(layout, journaled);
    // The log is written a moment after the journal: without this line it would not show that the message was queued.
    const identity = messageIdIn(journaled.accepted?.raw ?? readBeginning(layout.mess(journaled.id), lookedAtBytes));
    if (identity !== undefined) log.identity(journaled.id, identity);
  }
  await syncQueue([...messages, ...moved.messages].map(({ id }) => id));
  removeSegments(layout.journalDir, moved.lastSegment);
  syncDirectoryNow(layout.journalDir);
  const unfinished = withFile.length + withoutFile.length;
  log.warning(`the host was not stopped in order; unfinished messages found in the journal: ${unfinished}`);
  return true;
}

/**
 * Notes which messages another queue manager has finished meanwhile, in the journal before any file is changed: what a recovery
 * removes before it is killed must not look to the next one as if it had been finished.
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
 * Syncs mail that a killed host delivered, before its marks count. If that fails they do not count: the mail is delivered again,
 * as after a power failure.
 */
async function readSynced({ layout, log, bootId, sync }: RecoverDeps): Promise<JournalContents> {
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

/** True when the message's file exists. Mostly the message had none when the host was killed: the spare file becomes it. */
function hasFile(layout: QueueLayout, accepted: Accepted): boolean {
  const { id, raw } = accepted;
  const state = fileStateOf(layout, accepted);
  if (state !== 'missing' || !raw) return state === 'whole';
  if (!isKept(layout, id)) return false;
  writeMessageFile(layout, id, raw);
  return true;
}
