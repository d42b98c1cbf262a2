// What one run of the bench hands to every workload: where to work, how much to do, what makes load, and when to stop.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadGenerator } from './load/load-generator.ts';
import type { SinkKind } from './load/sink.ts';
import type { Sizes } from './sizes.ts';

export interface BenchRun {
  /** An empty directory that other users may pass through; removed at the end. */
  readonly directory: string;
  readonly sizes: Sizes;
  /** How often a workload that repeats itself does so. */
  readonly runs: number;
  readonly load: LoadGenerator;
  readonly sink: SinkKind;
  /** Aborted when somebody interrupts the bench. */
  readonly signal: AbortSignal;
  /** Has something ended when the workload is over, last first, whatever happened. */
  after(end: () => unknown): void;
}

/** Gives `work` a run of its own and ends everything that it began. */
export async function withRun<T>(
  means: Omit<BenchRun, 'directory' | 'after'>,
  work: (run: BenchRun) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'waypost-bench-'));
  chmodSync(directory, 0o755);
  const ends: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 })];
  try {
    return await work({ ...means, directory, after: end => ends.push(end) });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}
