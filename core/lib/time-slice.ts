// Long work in short slices, so that the event loop is never held up: `if (slice.isOver()) await slice.next();`

export interface TimeSlice {
  /** Asked after each step. True when this slice has lasted long enough. */
  isOver(): boolean;
  /** Lets everything else run, then begins the next slice. */
  next(): Promise<void>;
}

const sliceMs = 8;

/** A slice is so many steps, each of which is known to be short; for those who take turns with many others. */
export function createCountedSlice(steps: number): TimeSlice {
  let done = 0;
  return {
    isOver: () => ++done % steps === 0,
    next: afterOthers,
  };
}

/** Begins a slice now. Real time, not the services' clock: what counts is how long this thread has been busy. */
export function createTimeSlice(): TimeSlice {
  let end = performance.now() + sliceMs;
  return {
    isOver: () => performance.now() >= end,
    async next() {
      await afterOthers();
      end = performance.now() + sliceMs;
    },
  };
}

function afterOthers(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

/** All of what is made one by one, with slices that end between two of them. */
export async function collectInSlices<T>(items: Iterable<T>): Promise<T[]> {
  const slice = createTimeSlice();
  const all: T[] = [];
  for (const item of items) {
    all.push(item);
    if (slice.isOver()) await slice.next();
  }
  return all;
}
