// One mailbox kept in step with its directory: scans, watches, and the summaries of its messages.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { LogLine } from '../../lib/log.ts';
import { ParseFailure } from '../../lib/process/parse-failure.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { diskPath } from '../files/disk-names.ts';
import { type Place, secondsInName } from '../files/names.ts';
import { type DirectoryWatch, watchDirectory } from '../files/watch.ts';
import { batchFiles, type Described, describeFiles } from '../reading/describe-files.ts';
import type { Summary } from '../reading/summary.ts';
import type { TakeApart } from '../reading/take-apart.ts';
import type { SummaryCache } from './cache.ts';
import { createFolder, type Entry, type Folder } from './folder.ts';
import { type ScanChanges, type Stamp, scanAll, scanNames, stampOf } from './scan.ts';

export interface Box {
  readonly id: string;
  readonly directory: string;
  readonly folder: Folder;
  /** Looks at the directory again, unless nothing can have changed. */
  refresh(): Promise<void>;
  /** Another directory may have the folder's name now: it is watched in place of the old one, and read. */
  renew(): Promise<void>;
  /** The slow poll: renews watches, and looks where watches may have missed something. */
  poll(): Promise<void>;
  /**
   * Describes those messages that are not yet: reads their files, and has them taken apart. A message that has no summary
   * afterwards is not under its name any more, or nothing can be taken apart at the moment.
   */
  describe(entries: readonly Entry[]): Promise<void>;
  /** Describes all messages, in slices. Several callers share one run. */
  describeAll(): Promise<void>;
  pathOf(entry: Entry): string;
  /** This program put or renamed a file. */
  noteFile(place: Place, name: string, summary?: Summary): Entry | undefined;
  /** This program took a file away. */
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
  /** Something is different now; `arrived` are new files in new/. */
  readonly onChange: (box: Box, arrived: readonly Entry[]) => void;
  /** Something happened in the folder's own directory (not in new/ or cur/). */
  readonly onDirectory: (name: string | null) => void;
}

// Events come in groups (a move is two): what happens within this time is looked at together.
const settleMs = 20;
// Where very much arrives, the processor is needed for that: the reader looks twice a second.
const busySettleMs = 500;
const busyNames = 32;
// More names than this, and a good part of the folder, are looked at by reading the whole directory.
const manyNames = 512;

/** Opens a mailbox: resolves when its messages are known by name and by what the cache has of them. */
export async function openBox(deps: BoxDeps): Promise<Box> {
  const { id, directory, cache, clock, log } = deps;
  const folder = createFolder(id);
  const watches = new Map<string, { watch: DirectoryWatch; identity: string }>();
  const touchedBy: Set<string>[] = [];
  let named = new Map<Place, Set<string>>();
  let everything = false;
  /** More names came than a person can follow. */
  let busy = false;
  let cancelSettle: Dispose | undefined;
  let tail: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  let describing: Promise<void> | undefined;
  let lastStamp: Stamp | undefined;
  /** A stamp that can be relied on: file times are coarse, so one that was fresh at a scan proves nothing. */
  let trusted: Stamp | undefined;
  const underWay = new Map<Entry, Promise<void>>();
  /** Why nothing could be taken apart the last time. */
  let unableTo: string | undefined;
  let opened = false;
  let closed = false;

  /** One piece of work on this folder after the other; a failure is told and the next one runs all the same. */
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

  function report(changes: ScanChanges): void {
    if (closed || !changes.changed) return;
    deps.onChange(box, opened ? changes.added.filter(entry => entry.place === 'new') : []);
  }

  async function settle(): Promise<void> {
    const names = named;
    named = new Map();
    busy = everything || [...names.values()].some(({ size }) => size >= busyNames);
    if (everything) {
      everything = false;
      await scan();
      return;
    }
    report(await scanNames(folder, directory, names, createTimeSlice()));
  }

  function noticed(place: Place, name: string | null): void {
    const names = named.get(place) ?? new Set();
    named.set(place, names);
    if (name === null || names.size >= Math.max(manyNames, folder.total() / 8)) everything = true;
    else names.add(name);
    cancelSettle ??= clock.after(busy ? busySettleMs : settleMs, () => {
      cancelSettle = undefined;
      void inTurn(settle);
    });
  }

  /** @returns whether another directory is watched than before */
  function watchPart(part: string, onName: (name: string | null) => void): boolean {
    const path = join(directory, part);
    const current = watches.get(part);
    try {
      const found = statSync(diskPath(path), { throwIfNoEntry: false, bigint: true });
      // A directory that was removed and made again may have the same inode.
      const identity = found && `${found.ino}.${found.birthtimeNs}`;
      if (current?.watch.alive() && current.identity === identity) return false;
      current?.watch.close();
      watches.delete(part);
      if (identity === undefined) return current !== undefined;
      watches.set(part, { watch: watchDirectory(path, onName), identity });
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      log(`warning: unable to watch ${path}, new mail is seen within a minute: ${reasonOf(error)}`);
      return false;
    }
  }

  function watchAll(): boolean {
    if (closed) return false;
    const renewed = [
      watchPart('', name => {
        if (name === null || name === 'new' || name === 'cur') {
          watchAll();
          noticed('new', null);
        }
        deps.onDirectory(name);
      }),
      watchPart('new', name => noticedIn('new', name)),
      watchPart('cur', name => noticedIn('cur', name)),
    ];
    return renewed.includes(true);
  }

  function noticedIn(place: Place, name: string | null): void {
    if (name === null) watchAll();
    noticed(place, name);
  }

  async function describe(entries: readonly Entry[]): Promise<void> {
    const wanted = entries.filter(entry => entry.here && !entry.summary);
    const others = new Set(wanted.flatMap(entry => underWay.get(entry) ?? []));
    const own = wanted.filter(entry => !underWay.has(entry));
    for (let at = 0; at < own.length; at += batchFiles) others.add(describeBatch(own.slice(at, at + batchFiles)));
    await Promise.all(others);
  }

  function describeBatch(batch: readonly Entry[]): Promise<void> {
    const running = describeNow(batch).finally(() => {
      for (const entry of batch) underWay.delete(entry);
    });
    for (const entry of batch) underWay.set(entry, running);
    return running;
  }

  async function describeNow(batch: readonly Entry[]): Promise<void> {
    const names = batch.map(entry => entry.name);
    try {
      const described = await describeFiles(batch.map(box.pathOf), deps.takeApart);
      for (const [index, entry] of batch.entries()) {
        // It may have been renamed or described meanwhile: by that name it is gone, and will be looked at again.
        if (entry.here && !entry.summary) take(entry, described[index], names[index] === entry.name);
      }
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      if (error.message !== unableTo && !closed) log(`warning: unable to take messages apart: ${error.message}`);
      unableTo = error.message;
    }
  }

  function take(entry: Entry, found: Described | undefined, named: boolean): void {
    if (found?.kind === 'summary') {
      folder.describe(entry, found.summary);
      cache.put(id, entry.unique, found.summary);
    } else if (found?.kind === 'no-file' && named) folder.ignore(entry);
    else if (found?.kind === 'unreadable') folder.describe(entry, unreadable(entry, found.why));
  }

  /** Two batches are under way, so that files are read while others are taken apart. */
  async function describeEach(): Promise<void> {
    const slice = createTimeSlice();
    const running: Promise<void>[] = [];
    let told = clock.nowMs();
    let batch: Entry[] = [];
    unableTo = undefined;
    const before = folder.undescribed();
    for (const entry of await folder.newestFirst(slice)) {
      if (slice.isOver()) await slice.next();
      if (closed || unableTo !== undefined) break;
      if (!entry.here || entry.summary) continue;
      batch.push(entry);
      if (batch.length < batchFiles) continue;
      running.push(describe(batch));
      batch = [];
      if (running.length > 1) await running.shift();
      if (clock.nowMs() - told < 1000) continue;
      told = clock.nowMs();
      deps.onChange(box, []);
    }
    if (!closed) running.push(describe(batch));
    await Promise.all(running);
    if (before > 0) deps.onChange(box, []);
  }

  const box: Box = {
    id,
    directory,
    folder,
    refresh() {
      queued ??= inTurn(scan);
      return queued;
    },
    async renew() {
      if (watchAll()) await box.refresh();
    },
    async poll() {
      watchAll();
      folder.unignore();
      const before = lastStamp;
      await box.refresh();
      if (before === lastStamp) trusted = lastStamp;
    },
    describe,
    describeAll() {
      if (folder.undescribed() === 0) return Promise.resolve();
      describing ??= describeEach().finally(() => {
        describing = undefined;
      });
      return describing;
    },
    pathOf: entry => join(directory, entry.place, entry.name),
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
      cancelSettle?.();
      for (const { watch } of watches.values()) watch.close();
      await Promise.all([tail, describing, ...underWay.values()]);
    },
  };

  // Watched first: what arrives while the scan runs is looked at after it.
  watchAll();
  await box.refresh();
  await cache.load(id, keep, createTimeSlice());
  opened = true;
  return box;

  function keep(unique: string, summary: Summary): boolean {
    const entry = folder.entries.get(unique);
    if (entry && !entry.summary) folder.describe(entry, summary);
    return entry !== undefined;
  }
}

/** What the list shows of a file that is there but cannot be read. Not cached: it may be readable the next time. */
function unreadable(entry: Entry, reason: string): Summary {
  return {
    from: { name: '', address: '' },
    to: [],
    subject: '',
    preview: `This file cannot be read: ${reason}.`,
    dateMs: (secondsInName(entry.unique) ?? 0) * 1000,
    sizeBytes: 0,
    attachments: false,
  };
}
