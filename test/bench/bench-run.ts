// What one run of the bench hands to every workload: where to work, how much to do, what generates the load, and when to stop.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadGenerator } from './load/load-generator.ts';
import type { SinkKind } from './load/sink.ts';
import type { Sizes } from './sizes.ts';

export interface BenchRun {
  /** An empty directory that other users may pass through; removed at the end of the bench. */
  readonly directory: string;
  readonly sizes: Sizes;
  /** How often a workload that repeats itself does so. */
  readonly runs: number;
  readonly load: LoadGenerator;
  readonly sink: SinkKind;
  /** Aborted when the user interrupts the bench. */
  readonly signal: AbortSignal;
  /** Has something ended when the workload is over, last first, whatever happened. */
  after(end: () => unknown): void;
}

/** What is the same for all runs; `place` is where their directories are. */
export type Means = Omit<BenchRun, 'directory' | 'after'> & { readonly place: string };

/**
 * Gives `work` a place for the directories of all runs, and removes it only when all are over: ext4 without a journal does
 * not use the inodes of removed files for some minutes, and looking past thousands of them makes every new file slow. For
 * the same reason each run's directory gets a part of the disk of its own, where the file system knows how (chattr +T).
 */
export async function withPlace<T>(work: (place: string) => Promise<T>): Promise<T> {
  const place = mkdtempSync(join(tmpdir(), 'waypost-bench-'));
  chmodSync(place, 0o755);
  try {
    execFileSync('chattr', ['+T', place], { stdio: 'ignore' });
  } catch {
    // Another file system, which does without.
  }
  try {
    return await work(place);
  } finally {
    rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Gives `work` a run of its own and ends everything that it began. */
export async function withRun<T>({ place, ...means }: Means, work: (run: BenchRun) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(place, 'run-'));
  chmodSync(directory, 0o755);
  const ends: (() => unknown)[] = [];
  try {
    return await work({ ...means, directory, after: end => ends.push(end) });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
