// Writes the newest segment of the journal: room is allocated ahead of the records, and what the disk refused is cut off.
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { nextTurn } from '../../lib/process/next-turn.ts';
import { segmentNumbers, segmentPath } from './segments.ts';

export interface SegmentWriter {
  readonly number: number;
  /** Bytes of records in this segment. */
  readonly sizeBytes: number;
  /** A sync is running, or has failed: then it is unknown what the disk has of this segment. */
  readonly inDoubt: boolean;
  /** No more record may go into this segment. */
  readonly isSpoilt: boolean;
  /** Appends records, and syncs the file if they must be durable. @throws when the disk refuses: call `repair` */
  append(records: readonly Buffer[], durably: boolean): Promise<void>;
  /** @throws when the disk refuses */
  sync(): Promise<void>;
  /** Cuts off what was written of an append that failed, or spoils the segment where that may not be enough. */
  repair(): void;
  /** Starts the next segment. @throws when the disk refuses: all goes on in this one */
  startNext(): void;
  close(): void;
}

export interface SegmentWriterDeps {
  readonly directory: string;
  /** The first record of each segment. */
  readonly beginning: Buffer;
  readonly syncDirectory: SyncDirectory;
  /** The two ways of making a file durable. */
  readonly sync: { readonly file: (fd: number) => Promise<void>; readonly data: (fd: number) => Promise<void> };
  /** Called when all that was appended is durable. */
  readonly synced: () => void;
}

/** Written in one go, so that the event loop is never blocked for long. */
const writeBytes = 1024 * 1024;
const leastRoomBytes = 256 * 1024;
const mostRoomBytes = 4 * 1024 * 1024;

/** Opens a new segment behind the existing ones. @throws when the directory cannot be written */
export function openSegmentWriter(deps: SegmentWriterDeps): SegmentWriter {
  const { directory, beginning, syncDirectory, sync } = deps;
  let number = Math.max(0, ...segmentNumbers(directory)) + 1;
  let fd = openSync(segmentPath(directory, number), 'wx', 0o600);
  let sizeBytes = 0;
  let allocatedBytes = 0;
  let inDoubt = false;
  let isSpoilt = false;

  /**
   * Writes zeros ahead of the records. An fdatasync into blocks that exist changes nothing but data: it does not make the
   * file system commit everything else that has happened in it meanwhile, which would hold up every file that is created.
   */
  async function makeRoom(bytes: number): Promise<void> {
    if (sizeBytes + bytes <= allocatedBytes) return;
    const isNew = allocatedBytes === 0;
    const roomBytes = Math.max(bytes, Math.min(Math.max(sizeBytes, leastRoomBytes), mostRoomBytes));
    await writeAt(Buffer.alloc(sizeBytes + roomBytes - allocatedBytes), allocatedBytes);
    await allSynced(sync.file(fd), isNew ? syncDirectory(directory) : undefined);
    allocatedBytes = sizeBytes + roomBytes;
  }

  async function writeAt(raw: Buffer, position: number): Promise<void> {
    for (let at = 0; at < raw.length; ) {
      if (at > 0) await nextTurn();
      at += writeSync(fd, raw, at, Math.min(raw.length - at, writeBytes), position + at);
    }
  }

  /** Waits for all of them, also when one fails: the file is not touched while it is being synced. */
  async function allSynced(...syncs: (Promise<void> | undefined)[]): Promise<void> {
    inDoubt = true;
    const failed = (await Promise.allSettled(syncs)).find(result => result.status === 'rejected');
    if (failed) throw failed.reason;
    inDoubt = false;
    deps.synced();
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

  return {
    get number() {
      return number;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get inDoubt() {
      return inDoubt;
    },
    get isSpoilt() {
      return isSpoilt;
    },
    async append(records, durably) {
      const all = sizeBytes === 0 ? [beginning, ...records] : records;
      // A long record is not copied without need.
      const raw = all.length === 1 ? (all[0] as Buffer) : Buffer.concat(all);
      await makeRoom(raw.length);
      await writeAt(raw, sizeBytes);
      if (durably) await allSynced(sync.data(fd));
      sizeBytes += raw.length;
    },
    sync: () => allSynced(sync.data(fd)),
    repair() {
      if (!cutOff() || (inDoubt && sizeBytes > 0)) isSpoilt = true;
      inDoubt = false;
    },
    startNext() {
      const before = fd;
      fd = openSync(segmentPath(directory, number + 1), 'wx', 0o600);
      number++;
      sizeBytes = 0;
      allocatedBytes = 0;
      isSpoilt = false;
      closeQuietly(before);
    },
    close: () => closeQuietly(fd),
  };
}

/** A close that fails reports a failed write, which a sync has reported before, or which no one relies on. */
function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // The descriptor is closed in any case.
  }
}
