// What a workload measures: rows of the table, and one number per row and run.
import type { BenchRun } from './bench-run.ts';
import type { Sizes } from './sizes.ts';
import type { SubjectKind, SubjectName } from './subjects/subject.ts';

/** One line of the table. */
export interface Row {
  readonly key: string;
  /** What was done, for a reader who knows mail. */
  readonly what: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** What Waypost has to reach; undefined where nothing was promised. */
  readonly goal?: number;
  readonly decimals?: number;
}

export type Figures = Readonly<Record<string, number>>;

/** One thing to measure. It throws when the subject did not do all of it, and exactly it. */
export interface Workload {
  readonly name: string;
  readonly subjects: readonly SubjectName[];
  /** True: it repeats inside what has to be repeated, or needs no repetition. */
  readonly once?: boolean;
  /** The rows that it fills; none: it is left out at these sizes. */
  rows(sizes: Sizes): readonly Row[];
  measure(kind: SubjectKind, run: BenchRun): Promise<Figures>;
}

/** The middle value; of an even number of values the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] as number;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] as number)) / 2 : upper;
}

/** The median of each row over several runs. */
export function medians(runs: readonly Figures[]): Figures {
  const keys = new Set(runs.flatMap(run => Object.keys(run)));
  return Object.fromEntries([...keys].map(key => [key, median(runs.flatMap(run => run[key] ?? []))]));
}
