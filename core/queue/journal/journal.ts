// The journal's pen. Records that wait at the same moment share one write and one fdatasync (group commit): that is what
// makes an accepted message cheap. Invariant: records reach the disk in the order in which they were handed in.
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import type { SyncDirectory } from '../../lib/directory-sync.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { syncFile, syncFileData } from '../../lib/file-sync.ts';
import { encodeRecord, type JournalRecord } from './record.ts';
import { makeJournalDir, removeSegments, segmentNumbers, segmentPath } from './segments.ts';

/** An open journal. */
export interface Journal {
  /** Resolves with the number of the segment that holds the record, once it is on disk. @throws when the disk refuses */
  commit(record: JournalRecord): Promise<number>;
  /** Hands in a record that need not be durable before the next step. Kept until the disk takes it; never throws. */
  note(record: JournalRecord): void;
  /** Bytes in the current segment, and whether any segment holds records. */
  readonly sizeBytes: number;
  /** Begins a new segment. @returns the number of the one before: all that was handed in so far is in it or older */
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

const retryMs = 1000;
const leastRoomBytes = 256 * 1024;
const mostRoomBytes = 4 * 1024 * 1024;

/** Opens a new segment behind those that are there. @throws when the directory cannot be written */
export function openJournal(deps: {
  directory: string;
  /** Names this run of the machine (see `bootId` in core/lib). */
  bootId: string;
  clock: Clock;
  syncDirectory: SyncDirectory;
  /** Called when the disk refuses, at most once a second. */
  trouble: (text: string) => void;
}): Journal {
  const { directory, clock, syncDirectory } = deps;
  makeJournalDir(directory);
  let number = Math.max(0, ...segmentNumbers(directory)) + 1;
  let fd = openSync(segmentPath(directory, number), 'wx', 0o600);
  let sizeBytes = 0;
  let allocatedBytes = 0;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let turning: { done: (closed: number) => void; failed: (error: unknown) => void } | undefined;
  let cancelRetry: Dispose = () => undefined;

  function hand(one: Waiting): void {
    waiting.push(one);
    writing ??= writeAll();
  }

  async function writeAll(): Promise<void> {
    await afterThisTurn();
    while (waiting.length > 0 || turning) {
      const batch = waiting;
      const turn = turning;
      waiting = [];
      turning = undefined;
      try {
        if (batch.length > 0) await writeBatch(batch);
        if (turn) startSegment();
        turn?.done(number - 1);
      } catch (error) {
        giveBack(batch, error);
        turn?.failed(error);
        break;
      }
    }
    writing = undefined;
  }

  async function writeBatch(batch: readonly Waiting[]): Promise<void> {
    const beginning = sizeBytes === 0 ? [encodeRecord({ type: 'booted', bootId: deps.bootId })] : [];
    const raw = Buffer.concat([...beginning, ...batch.map(one => one.raw)]);
    await makeRoom(raw.length);
    writeAt(raw, sizeBytes);
    if (batch.some(one => one.done)) await syncFileData(fd);
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
    writeAt(Buffer.alloc(sizeBytes + roomBytes - allocatedBytes), allocatedBytes);
    await Promise.all([syncFile(fd), isNew ? syncDirectory(directory) : undefined]);
    allocatedBytes = sizeBytes + roomBytes;
  }

  function writeAt(raw: Buffer, position: number): void {
    for (let at = 0; at < raw.length; ) at += writeSync(fd, raw, at, raw.length - at, position + at);
  }

  /** What was written of a batch that failed is cut off again; its notes wait for better times, its commits are refused. */
  function giveBack(batch: readonly Waiting[], error: unknown): void {
    deps.trouble(error instanceof Error ? error.message : String(error));
    try {
      ftruncateSync(fd, sizeBytes);
      allocatedBytes = sizeBytes;
    } catch {
      startSegment();
    }
    for (const one of batch) one.failed?.(error);
    waiting = [...batch.filter(one => !one.done), ...waiting];
    cancelRetry();
    cancelRetry = clock.after(retryMs, () => {
      writing ??= writeAll();
    });
  }

  function startSegment(): void {
    const next = openSync(segmentPath(directory, number + 1), 'wx', 0o600);
    closeSync(fd);
    fd = next;
    number++;
    sizeBytes = 0;
    allocatedBytes = 0;
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
        turning = { done, failed };
        writing ??= writeAll();
      }),
    async remove(last) {
      removeSegments(directory, last);
      await syncDirectory(directory);
    },
    async close() {
      while (writing) await writing;
      cancelRetry();
      closeSync(fd);
    },
  };
}

/** Lets everything that happens in this turn of the event loop join the batch. */
function afterThisTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
