// Describes the messages of a mailbox: has their files read and parsed in batches, once each, and keeps the summaries.
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import { ParseFailure } from '../../lib/process/parse-failure.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { secondsInName } from '../files/names.ts';
import { batchFiles, type Described, describeFiles } from '../reading/describe-files.ts';
import type { Summary } from '../reading/summary.ts';
import type { TakeApart } from '../reading/take-apart.ts';
import type { SummaryCache } from './cache.ts';
import type { Entry, Folder } from './folder.ts';

export interface Describer {
  /**
   * Describes those messages that are not yet. A message that has no summary afterwards is no longer there under its name,
   * or no message can be parsed at the moment.
   */
  describe(entries: readonly Entry[]): Promise<void>;
  /** Describes all messages, in slices. Several callers share one run. */
  describeAll(): Promise<void>;
  /** Starts no more work; resolves when none is under way. */
  close(): Promise<void>;
}

export interface DescriberDeps {
  readonly folder: Folder;
  readonly cache: SummaryCache;
  readonly takeApart: TakeApart;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly pathOf: (entry: Entry) => string;
  /** Some more messages are described. */
  readonly onProgress: () => void;
}

const progressEveryMs = 1000;

export function createDescriber(deps: DescriberDeps): Describer {
  const { folder, cache, clock, log, onProgress } = deps;
  const underWay = new Map<Entry, Promise<void>>();
  let describingAll: Promise<void> | undefined;
  /** Why no message could be parsed the last time. */
  let unableTo: string | undefined;
  let closed = false;

  async function describe(entries: readonly Entry[]): Promise<void> {
    const wanted = entries.filter(entry => entry.here && !entry.summary);
    const batches = new Set(wanted.flatMap(entry => underWay.get(entry) ?? []));
    const own = wanted.filter(entry => !underWay.has(entry));
    for (let at = 0; at < own.length; at += batchFiles) batches.add(describeBatch(own.slice(at, at + batchFiles)));
    await Promise.all(batches);
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
      const described = await describeFiles(batch.map(deps.pathOf), deps.takeApart);
      for (const [index, entry] of batch.entries()) {
        // A file that was renamed meanwhile is gone under its old name, and is looked at again under the new one.
        if (entry.here && !entry.summary) take(entry, described[index], names[index] === entry.name);
      }
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      if (error.message !== unableTo && !closed) log(`warning: unable to take messages apart: ${error.message}`);
      unableTo = error.message;
    }
  }

  function take(entry: Entry, found: Described | undefined, isSameName: boolean): void {
    if (found?.kind === 'summary') {
      folder.describe(entry, found.summary);
      cache.put(folder.id, entry.unique, found.summary);
    } else if (found?.kind === 'no-file' && isSameName) folder.ignore(entry);
    else if (found?.kind === 'unreadable') folder.describe(entry, unreadable(entry, found.why));
  }

  /** Two batches are under way at a time: files of one are read while the other is parsed. */
  async function describeEach(): Promise<void> {
    const slice = createTimeSlice();
    const running: Promise<void>[] = [];
    let reportedMs = clock.nowMs();
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
      if (clock.nowMs() - reportedMs < progressEveryMs) continue;
      reportedMs = clock.nowMs();
      onProgress();
    }
    if (!closed) running.push(describe(batch));
    await Promise.all(running);
    if (before > 0) onProgress();
  }

  return {
    describe,
    describeAll() {
      if (folder.undescribed() === 0) return Promise.resolve();
      describingAll ??= describeEach().finally(() => {
        describingAll = undefined;
      });
      return describingAll;
    },
    async close() {
      closed = true;
      await Promise.all([describingAll, ...underWay.values()]);
    },
  };
}

/** What the list shows of a file that cannot be read. It is not cached: the file may be readable the next time. */
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
