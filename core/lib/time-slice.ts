// Divides long work into short slices, so that the event loop is never blocked. After each step: `if (slice.isOver()) await slice.next();`
import { nextTurn } from './process/next-turn.ts';

export interface TimeSlice {
  /** To be asked after each step: this slice has lasted long enough. */
  isOver(): boolean;
  /** Lets everything else run, then starts the next slice. */
  next(): Promise<void>;
}

const sliceMs = 8;

/** A slice of this many steps, each of which is known to be short; for work that takes turns with much other work. */
export function createCountedSlice(steps: number): TimeSlice {
  let done = 0;
  return {
    isOver: () => ++done % steps === 0,
    next: nextTurn,
  };
}

/** Starts a slice now. It uses real time, not the services' clock: what counts is how long this thread has been busy. */
export function createTimeSlice(): TimeSlice {
  let end = performance.now() + sliceMs;
  return {
    isOver: () => performance.now() >= end,
    async next() {
      await nextTurn();
      end = performance.now() + sliceMs;
    },
  };
}

/** Collects all items, in slices that end between two of them. */
export async function collectInSlices<T>(items: Iterable<T>): Promise<T[]> {
  const slice = createTimeSlice();
  const all: T[] = [];
  for (const item of items) {
    all.push(item);
    if (slice.isOver()) await slice.next();
  }
  return all;
}

/** Items that are worked on at once. */
const batchItems = 20;

/** Works on a few items at a time, in slices, and joins what comes of it. */
export async function inBatches<T, Result>(
  items: readonly T[],
  work: (some: readonly T[]) => readonly Result[],
): Promise<Result[]> {
  const slice = createTimeSlice();
  const all: Result[] = [];
  for (let at = 0; at < items.length; at += batchItems) {
    all.push(...work(items.slice(at, at + batchItems)));
    if (slice.isOver()) await slice.next();
  }
  return all;
}

/** Items that are sorted at once; that takes about a millisecond. */
const sortedAtOnce = 2000;

/** Sorts as `Array.sort` does (stable), in slices: parts of the list first, which are then merged. */
export async function sortInSlices<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<T[]> {
  const slice = createTimeSlice();
  let parts: T[][] = [];
  for (let from = 0; from < items.length; from += sortedAtOnce) {
    parts.push(items.slice(from, from + sortedAtOnce).sort(compare));
    if (slice.isOver()) await slice.next();
  }
  while (parts.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < parts.length; at += 2) {
      merged.push(await mergeInSlices(parts[at] ?? [], parts[at + 1] ?? [], compare, slice));
    }
    parts = merged;
  }
  return parts[0] ?? [];
}

async function mergeInSlices<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  slice: TimeSlice,
): Promise<T[]> {
  const merged: T[] = [];
  let at = 0;
  for (const item of right) {
    // Of equal items, those of the left part come first.
    while (at < left.length && compare(left[at] as T, item) <= 0) merged.push(left[at++] as T);
    merged.push(item);
    if (slice.isOver()) await slice.next();
  }
  while (at < left.length) merged.push(left[at++] as T);
  return merged;
}
