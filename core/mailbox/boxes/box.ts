// One mailbox, kept in step with its directory by scans and watches.
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import type { Place } from '../files/names.ts';
import type { Summary } from '../reading/summary.ts';
import type { TakeApart } from '../reading/take-apart.ts';
import { createBoxScans } from './box-scans.ts';
import { createBoxWatches } from './box-watches.ts';
import type { SummaryCache } from './cache.ts';
import { createDescriber, type Describer } from './describer.ts';
import { createFolder, type Entry, type Folder } from './folder.ts';

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
  let opened = false;
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
  const scans = createBoxScans({
    folder,
    directory,
    clock,
    log,
    onChange: ({ added }) => deps.onChange(box, opened ? added.filter(entry => entry.place === 'new') : []),
  });
  const watches = createBoxWatches({ directory, log, onFile: scans.notice, onDirectory: deps.onDirectory });

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
    refresh: scans.refresh,
    async renew() {
      if (watches.renew()) await scans.refresh();
    },
    async poll() {
      watches.renew();
      folder.unignore();
      await scans.poll();
    },
    noteFile(place, name, summary) {
      const news = folder.put(place, name);
      if (!news) return undefined;
      scans.touch(news.entry.unique);
      if (summary && !news.entry.summary) {
        folder.describe(news.entry, summary);
        cache.put(id, news.entry.unique, summary);
      }
      deps.onChange(box, news.added && place === 'new' ? [news.entry] : []);
      return news.entry;
    },
    noteGone(entry) {
      scans.touch(entry.unique);
      folder.drop(entry);
      cache.drop(id, entry.unique);
      deps.onChange(box, []);
    },
    async close() {
      watches.close();
      await Promise.all([scans.close(), describer.close()]);
    },
  };

  // The watches come first: what arrives during the scan is looked at after it.
  watches.renew();
  await scans.refresh();
  await cache.load(id, keep, createTimeSlice());
  opened = true;
  return box;
}
