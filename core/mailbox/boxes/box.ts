// One mailbox, kept in step with its directory by scans and watches.
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Place } from '../files/names.ts';
import type { Summary } from '../reading/summary.ts';
import type { TakeApart } from '../reading/take-apart.ts';
import { createBoxWatches } from './box-watches.ts';
import type { SummaryCache } from './cache.ts';
import { createDescriber, type Describer } from './describer.ts';
import { createFolder, type Entry, type Folder } from './folder.ts';
import { createNoticedNames } from './noticed-names.ts';
import { type ScanChanges, type Stamp, scanAll, scanNames, stampOf } from './scan.ts';

export interface Box extends Pick<Describer, 'describe' | 'describeAll'> {
  readonly id: string;
  readonly directory: string;
  readonly folder: Folder;
  /** Looks at the directory again, unless nothing can have changed. */
  refresh(): Promise<void>;
  /** Another directory may have the mailbox's name now: watches and reads that one instead. */
  renew(): Promise<void>;
  /** The slow poll: renews watches, and looks where watches may have missed something. */
  poll(): Promise<void>;
  pathOf(entry: Entry): string;
  /** This program wrote or renamed a file. */
  noteFile(place: Place, name: string, summary?: Summary): Entry | undefined;
  /** This program removed a file. */
  noteGone(entry: Entry): void;
  /** Ends watches and background work; resolves when none runs any more. */
  close(): Promise<void>;
}

export interface BoxDeps {
  readonly id: string;
  readonly directory: string;
  readonly cache: SummaryCache;
  readonly takeApart: TakeApart;
  readonly clock: Clock;
  readonly log: LogLine;
  /** Something has changed; `arrived` are new files in new/. */
  readonly onChange: (box: Box, arrived: readonly Entry[]) => void;
  /** Something happened in the mailbox's own directory (not in new/ or cur/). */
  readonly onDirectory: (name: string | null) => void;
}

/** Opens a mailbox: resolves when its messages are known by name and by what the cache has of them. */
export async function openBox(deps: BoxDeps): Promise<Box> {
  const { id, directory, cache, clock, log } = deps;
  const folder = createFolder(id);
  const touchedBy: Set<string>[] = [];
  let tail: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  let lastStamp: Stamp | undefined;
  /** A stamp that can be relied on: file times are coarse, so one that was fresh at a scan proves nothing. */
  let trusted: Stamp | undefined;
  let opened = false;
  let closed = false;
  const pathOf = (entry: Entry) => join(directory, entry.place, entry.name);
  const describer = createDescriber({
    folder,
    cache,
    takeApart: deps.takeApart,
    clock,
    log,
    pathOf,
    onProgress: () => deps.onChange(box, []),
  });
  const noticed = createNoticedNames({ clock, total: folder.total, ready: () => void inTurn(scanNoticed) });
  const watches = createBoxWatches({ directory, log, onFile: noticed.add, onDirectory: deps.onDirectory });

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
    if (closed || !changes.changed) return;
    deps.onChange(box, opened ? changes.added.filter(entry => entry.place === 'new') : []);
  }

  function keep(unique: string, summary: Summary): boolean {
    const entry = folder.entries.get(unique);
    if (entry && !entry.summary) folder.describe(entry, summary);
    return entry !== undefined;
  }

  const box: Box = {
    id,
    directory,
    folder,
    describe: describer.describe,
    describeAll: describer.describeAll,
    pathOf,
    refresh() {
      queued ??= inTurn(scan);
      return queued;
    },
    async renew() {
      if (watches.renew()) await box.refresh();
    },
    async poll() {
      watches.renew();
      folder.unignore();
      const before = lastStamp;
      await box.refresh();
      if (before === lastStamp) trusted = lastStamp;
    },
    noteFile(place, name, summary) {
      const news = folder.put(place, name);
      if (!news) return undefined;
      for (const touched of touchedBy) touched.add(news.entry.unique);
      if (summary && !news.entry.summary) {
        folder.describe(news.entry, summary);
        cache.put(id, news.entry.unique, summary);
      }
      deps.onChange(box, news.added && place === 'new' ? [news.entry] : []);
      return news.entry;
    },
    noteGone(entry) {
      for (const touched of touchedBy) touched.add(entry.unique);
      folder.drop(entry);
      cache.drop(id, entry.unique);
      deps.onChange(box, []);
    },
    async close() {
      closed = true;
      noticed.close();
      watches.close();
      await Promise.all([tail, describer.close()]);
    },
  };

  // The watches come first: what arrives during the scan is looked at after it.
  watches.renew();
  await box.refresh();
  await cache.load(id, keep, createTimeSlice());
  opened = true;
  return box;
}
