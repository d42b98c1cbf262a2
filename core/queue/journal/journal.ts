// The journal's pen. Records that wait at the same moment share one write and one fdatasync (group commit): that is what
// makes an accepted message cheap. Invariant: records reach the disk in the order in which they were handed in, and a
// record is never behind one that the disk may have lost.
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile, syncFileData } from '../../lib/disk/file-sync.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { encodeRecord, type JournalRecord } from './record.ts';
import { makeJournalDir, removeSegments, segmentNumbers, segmentPath } from './segments.ts';

/** An open journal. */
export interface Journal {
  /** Resolves with the number of the segment that holds the record, once it is on disk. @throws when the disk refuses */
  commit(record: JournalRecord): Promise<number>;
  /** Hands in a record that need not be durable before the next step. Kept until the disk takes it; never throws. */
  note(record: JournalRecord): void;
  /** Bytes in the current segment. */
  readonly sizeBytes: number;
  /**
   * Begins a new segment. @returns the number of the one before: all that was handed in so far is in it or older
   * @throws when the disk refuses: all goes on in the old one
   */
  rotate(): Promise<number>;
  /** Forgets segments: what they say is in the queue's files, durably. */
  remove(last: number): Promise<void>;
  /** Writes what is handed in and closes the file. */
  close(): Promise<void>;
}

interface Waiting {
  readonly raw: Buffer;
  readonly done: ((segment: number) => void) | undefined;
  readonly failed: ((error: unknown) => void) | undefined;
}

/** Somebody who waits for a new segment. */
interface Turn {
  readonly done: (closed: number) => void;
  readonly failed: (error: unknown) => void;
}

/** What the journal needs. */
export interface JournalDeps {
  readonly directory: string;
  /** Names this run of the machine (see lib/boot-id.ts). */
  readonly bootId: string;
  /** Which directory the queue is (see takeover.ts). */
  readonly place?: string | undefined;
  readonly clock: Clock;
  readonly syncDirectory: SyncDirectory;
  /** Called when the disk refuses. */
  readonly trouble: (text: string) => void;
  /** For tests: the two ways of making a file durable. */
  readonly sync?: { readonly file: (fd: number) => Promise<void>; readonly data: (fd: number) => Promise<void> };
}

const retryMs = 1000;
/** Written in one go, so that the event loop is never blocked for long. */
const writeBytes = 1024 * 1024;
const isClosed = 'the journal is closed';
const leastRoomBytes = 256 * 1024;
const mostRoomBytes = 4 * 1024 * 1024;

/** Opens a new segment behind those that are there. @throws when the directory cannot be written */
export function openJournal(deps: JournalDeps): Journal {
  const { directory, clock, syncDirectory, sync = { file: syncFile, data: syncFileData } } = deps;
  makeJournalDir(directory);
  const beginning = encodeRecord({ type: 'booted', bootId: deps.bootId, place: deps.place });
  let number = Math.max(0, ...segmentNumbers(directory)) + 1;
  let fd = openSync(segmentPath(directory, number), 'wx', 0o600);
  let sizeBytes = 0;
  let allocatedBytes = 0;
  let waiting: Waiting[] = [];
  let turns: Turn[] = [];
  /** Notes in this segment that no sync has covered yet. */
  let unsynced: Waiting[] = [];
  /** A sync is running, or has failed: then nobody knows what the disk has of this segment. */
  let inDoubt = false;
  /** Nothing more may go into this segment. */
  let spoilt = false;
  let closed = false;
  let writing: Promise<void> | undefined;
  let cancelRetry: Dispose = () => undefined;

  function hand(one: Waiting): void {
    if (closed) {
      one.failed?.(new Error(isClosed));
      return;
    }
    waiting.push(one);
    writing ??= writeAll();
  }

  async function writeAll(): Promise<void> {
    await afterThisTurn();
    while (waiting.length > 0 || turns.length > 0) {
      const batch = waiting;
      const asked = turns;
      waiting = [];
      turns = [];
      try {
        if (spoilt) startSegment();
        if (batch.length > 0) await writeBatch(batch);
      } catch (error) {
        giveBack(batch, error);
        for (const turn of [...asked, ...turns]) turn.failed(error);
        turns = [];
        break;
      }
      if (asked.length > 0) await turnAll(asked);
    }
    writing = undefined;
  }

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    const records = [...(sizeBytes === 0 ? [beginning] : []), ...batch.map(one => one.raw)];
    // A long record is not copied without need.
    const raw = records.length === 1 ? (records[0] as Buffer) : Buffer.concat(records);
    await makeRoom(raw.length);
    await writeAt(raw, sizeBytes);
    if (batch.some(one => one.done)) await synced(sync.data(fd));
    else for (const one of batch) unsynced.push(one);
    sizeBytes += raw.length;
    for (const one of batch) one.done?.(number);
  }

  /**
   * Writes zeros ahead of the records. An fdatasync into blocks that are there changes nothing but data: it does not make
   * the file system commit whatever else has happened in it meanwhile, which would hold up every file that is made.
   */
  async function makeRoom(bytes: number): Promise<void> {
    if (sizeBytes + bytes <= allocatedBytes) return;
    const isNew = allocatedBytes === 0;
    const roomBytes = Math.max(bytes, Math.min(Math.max(sizeBytes, leastRoomBytes), mostRoomBytes));
    await writeAt(Buffer.alloc(sizeBytes + roomBytes - allocatedBytes), allocatedBytes);
    await synced(sync.file(fd), isNew ? syncDirectory(directory) : undefined);
    allocatedBytes = sizeBytes + roomBytes;
  }

  async function writeAt(raw: Buffer, position: number): Promise<void> {
    for (let at = 0; at < raw.length; ) {
      if (at > 0) await afterThisTurn();
      at += writeSync(fd, raw, at, Math.min(raw.length - at, writeBytes), position + at);
    }
  }

  /** InterruptibleWaits for all of them, also when one fails: the file is not touched while it is being synced. */
  async function synced(...syncs: (Promise<void> | undefined)[]): Promise<void> {
    inDoubt = true;
    const failed = (await Promise.allSettled(syncs)).find(result => result.status === 'rejected');
    if (failed) throw failed.reason;
    inDoubt = false;
    unsynced = [];
  }

  /**
   * What was written of a batch that failed is cut off again; its notes wait for better times, its commits are refused.
   * A file whose sync failed may have holes that no later sync reports: what it holds stays there for reading, notes that
   * may be in a hole are written again, and the next record goes into a new file.
   */
  function giveBack(batch: readonly Waiting[], error: unknown): void {
    deps.trouble(error instanceof Error ? error.message : String(error));
    const notes = batch.filter(one => !one.done);
    const again = inDoubt ? unsynced : [];
    if (inDoubt) unsynced = [];
    if (!cutOff() || (inDoubt && sizeBytes > 0)) spoilt = true;
    inDoubt = false;
    for (const one of batch) one.failed?.(error);
    waiting = [...again, ...notes, ...waiting];
    cancelRetry();
    if (closed) return;
    cancelRetry = clock.after(retryMs, () => {
      if (waiting.length > 0) writing ??= writeAll();
    });
  }

  function cutOff(): boolean {
    try {
      ftruncateSync(fd, sizeBytes);
      allocatedBytes = sizeBytes;
      return true;
    } catch {
      return false;
    }
  }

  /** Notes are made durable before the next segment begins: a later record never outlives an earlier one. */
  async function turnAll(asked: readonly Turn[]): Promise<void> {
    try {
      if (unsynced.length > 0) await synced(sync.data(fd));
      startSegment();
    } catch (error) {
      if (inDoubt) giveBack([], error);
      for (const turn of asked) turn.failed(error);
      return;
    }
    for (const turn of asked) turn.done(number - 1);
  }

  function startSegment(): void {
    const before = fd;
    fd = openSync(segmentPath(directory, number + 1), 'wx', 0o600);
    number++;
    sizeBytes = 0;
    allocatedBytes = 0;
    spoilt = false;
    closeQuietly(before);
  }

  return {
    commit: record =>
      new Promise((done, failed) => {
        hand({ raw: encodeRecord(record), done, failed });
      }),
    note: record => hand({ raw: encodeRecord(record), done: undefined, failed: undefined }),
    get sizeBytes() {
      return sizeBytes;
    },
    rotate: () =>
      new Promise((done, failed) => {
        if (closed) return failed(new Error(isClosed));
        turns.push({ done, failed });
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
      closeQuietly(fd);
    },
  };
}

/** A close that fails says that writing failed, which a sync has said before, or will not be relied on. */
function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // The descriptor is gone all the same.
  }
}

/** Lets everything that happens in this turn of the event loop join the batch. */
function afterThisTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
