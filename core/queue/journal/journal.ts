// Writes the journal. Records that wait at the same moment share one write and one fdatasync (group commit): that is what makes
// an accepted message cheap. Invariant: records reach the disk in the order in which they were handed in, and no record is
// behind one that the disk may have lost.
import type { Clock } from '../../lib/clock.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile, syncFileData } from '../../lib/disk/file-sync.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { nextTurn } from '../../lib/process/next-turn.ts';
import { encodeRecord, type JournalRecord } from './record.ts';
import { openSegmentWriter, type SegmentWriterDeps } from './segment-writer.ts';
import { makeJournalDir, removeSegments } from './segments.ts';

/** An open journal. */
export interface Journal {
  /** Resolves with the number of the segment that holds the record, once it is on disk. @throws when the disk refuses */
  commit(record: JournalRecord): Promise<number>;
  /** Hands in a record that need not be durable before the next step. Kept until the disk takes it; never throws. */
  note(record: JournalRecord): void;
  /** Bytes in the current segment. */
  readonly sizeBytes: number;
  /**
   * Starts a new segment. @returns the number of the one before: everything that was handed in so far is in it or older
   * @throws when the disk refuses: all goes on in the old one
   */
  rotate(): Promise<number>;
  /** Removes segments up to this one: what they say is durable in the queue's files. */
  remove(last: number): Promise<void>;
  /** Writes what is handed in and closes the file. */
  close(): Promise<void>;
}

/** A record that was handed in and is not written yet. */
interface Entry {
  readonly raw: Buffer;
  /** Both are undefined for a note. */
  readonly done: ((segment: number) => void) | undefined;
  readonly failed: ((error: unknown) => void) | undefined;
}

/** A call of `rotate` that waits for its new segment. */
interface Rotation {
  readonly done: (closed: number) => void;
  readonly failed: (error: unknown) => void;
}

/** What the journal needs. */
export interface JournalDeps {
  readonly directory: string;
  /** Names this run of the machine (see lib/process/boot-id.ts). */
  readonly bootId: string;
  /** Which directory the queue is (see takeover.ts). */
  readonly place?: string | undefined;
  readonly clock: Clock;
  readonly syncDirectory: SyncDirectory;
  /** Called when the disk refuses. */
  readonly trouble: (text: string) => void;
  /** For tests: the two ways of making a file durable. */
  readonly sync?: SegmentWriterDeps['sync'];
}

const retryMs = 1000;
const isClosed = 'the journal is closed';

/** Opens a new segment behind the existing ones. @throws when the directory cannot be written */
export function openJournal(deps: JournalDeps): Journal {
  const { directory, clock, syncDirectory, sync = { file: syncFile, data: syncFileData } } = deps;
  makeJournalDir(directory);
  let entries: Entry[] = [];
  let rotations: Rotation[] = [];
  /** Notes in the newest segment that no sync has covered yet. */
  let unsynced: Entry[] = [];
  let closed = false;
  let writing: Promise<void> | undefined;
  let cancelRetry: Dispose = () => undefined;
  const segment = openSegmentWriter({
    directory,
    beginning: encodeRecord({ type: 'booted', bootId: deps.bootId, place: deps.place }),
    syncDirectory,
    sync,
    synced() {
      unsynced = [];
    },
  });

  function handIn(entry: Entry): void {
    if (closed) {
      entry.failed?.(new Error(isClosed));
      return;
    }
    entries.push(entry);
    writing ??= writeAll();
  }

  async function writeAll(): Promise<void> {
    await nextTurn(); // Everything that is handed in during this turn joins the batch.
    while (entries.length > 0 || rotations.length > 0) {
      const batch = entries;
      const asked = rotations;
      entries = [];
      rotations = [];
      try {
        if (segment.isSpoilt) segment.startNext();
        if (batch.length > 0) await writeBatch(batch);
      } catch (error) {
        recoverFrom(error, batch);
        for (const rotation of [...asked, ...rotations]) rotation.failed(error);
        rotations = [];
        break;
      }
      if (asked.length > 0) await rotate(asked);
    }
    writing = undefined;
  }

  async function writeBatch(batch: readonly Entry[]): Promise<void> {
    const durably = batch.some(({ done }) => done);
    await segment.append(
      batch.map(({ raw }) => raw),
      durably,
    );
    if (!durably) unsynced.push(...batch);
    for (const { done } of batch) done?.(segment.number);
  }

  /**
   * What was written of a batch that failed is cut off again; its notes wait until the disk takes them, its commits are
   * refused. A file whose sync failed may have holes that no later sync reports: what it contains stays there for reading,
   * notes that may be in a hole are written again, and the next record goes into a new file.
   */
  function recoverFrom(error: unknown, batch: readonly Entry[]): void {
    deps.trouble(error instanceof Error ? error.message : String(error));
    const again = segment.inDoubt ? unsynced : [];
    if (segment.inDoubt) unsynced = [];
    segment.repair();
    for (const { failed } of batch) failed?.(error);
    entries = [...again, ...batch.filter(({ done }) => !done), ...entries];
    cancelRetry();
    if (closed) return;
    cancelRetry = clock.after(retryMs, () => {
      if (entries.length > 0) writing ??= writeAll();
    });
  }

  /** Notes are made durable before the next segment starts: a later record never outlives an earlier one. */
  async function rotate(asked: readonly Rotation[]): Promise<void> {
    try {
      if (unsynced.length > 0) await segment.sync();
      segment.startNext();
    } catch (error) {
      if (segment.inDoubt) recoverFrom(error, []);
      for (const { failed } of asked) failed(error);
      return;
    }
    for (const { done } of asked) done(segment.number - 1);
  }

  return {
    commit: record =>
      new Promise((done, failed) => {
        handIn({ raw: encodeRecord(record), done, failed });
      }),
    note: record => handIn({ raw: encodeRecord(record), done: undefined, failed: undefined }),
    get sizeBytes() {
      return segment.sizeBytes;
    },
    rotate: () =>
      new Promise((done, failed) => {
        if (closed) return failed(new Error(isClosed));
        rotations.push({ done, failed });
        writing ??= writeAll();
      }),
    async remove(last) {
      removeSegments(directory, last);
      await syncDirectory(directory);
    },
    async close() {
      closed = true;
      while (writing) await writing;
      cancelRetry();
      segment.close();
    },
  };
}
