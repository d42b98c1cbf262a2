// Divides long work into short slices, so that the event loop is never blocked: `if (slice.isOver()) await slice.next();`
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
