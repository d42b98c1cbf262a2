// Keeps a mailbox in memory in step with its directory, one scan after the other: of all of it, unless nothing can have changed,
// or of the names that watches reported.
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Folder } from './folder.ts';
import { createNoticedNames, type NoticedNames } from './noticed-names.ts';
import { type ScanChanges, type Stamp, scanAll, scanNames, stampOf } from './scan.ts';

export interface BoxScans {
  /** Scans the directory, unless nothing can have changed. */
  refresh(): Promise<void>;
  /** A slow poll: like `refresh`, and what two polls saw alike can be relied on. */
  poll(): Promise<void>;
  /** A watch reported a file: it is scanned soon. */
  readonly notice: NoticedNames['add'];
  /** This program has changed a message: a scan that is under way may know only how it was before. */
  touch(unique: string): void;
  /** Starts no further scan; resolves when none is under way. */
  close(): Promise<void>;
}

export interface BoxScansDeps {
  readonly folder: Folder;
  readonly directory: string;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly onChange: (changes: ScanChanges) => void;
}

export function createBoxScans({ folder, directory, clock, log, onChange }: BoxScansDeps): BoxScans {
  /** What was touched during each scan that is under way. */
  const touchedBy: Set<string>[] = [];
  let tail: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  let lastStamp: Stamp | undefined;
  /** A stamp that can be relied on: file times are coarse, so one that was fresh at a scan proves nothing. */
  let trusted: Stamp | undefined;
  let closed = false;
  const noticed = createNoticedNames({ clock, total: folder.total, ready: () => void inTurn(scanNoticed) });

  /** Runs one piece of work on this mailbox after the other; a failure is logged and does not stop the next one. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    tail = tail.then(async () => {
      if (closed) return;
      try {
        await work();
      } catch (error) {
        log(`warning: unable to read ${directory}: ${reasonOf(error)}`);
      }
    });
    return tail;
  }

  async function scan(): Promise<void> {
    queued = undefined;
    const stamp = await stampOf(directory);
    if (stamp !== undefined && stamp === trusted) return;
    lastStamp = stamp;
    const touched = new Set<string>();
    touchedBy.push(touched);
    try {
      report(await scanAll(folder, directory, touched, createTimeSlice()));
    } finally {
      touchedBy.splice(touchedBy.indexOf(touched), 1);
    }
  }

  async function scanNoticed(): Promise<void> {
    const names = noticed.take();
    if (names === 'everything') await scan();
    else report(await scanNames(folder, directory, names, createTimeSlice()));
  }

  function report(changes: ScanChanges): void {
    if (!closed && changes.changed) onChange(changes);
  }

  function refresh(): Promise<void> {
    queued ??= inTurn(scan);
    return queued;
  }

  return {
    refresh,
    async poll() {
      const before = lastStamp;
      await refresh();
      if (before === lastStamp) trusted = lastStamp;
    },
    notice: noticed.add,
    touch(unique) {
      for (const touched of touchedBy) touched.add(unique);
    },
    close() {
      closed = true;
      noticed.close();
      return tail;
    },
  };
}
