// Long work in short slices, so that the event loop is never held up: `if (pace.due()) await pace.rest();`

export interface Pace {
  /** Asked after each step. True when this slice has lasted long enough. */
  due(): boolean;
  /** Lets everything else run, then begins the next slice. */
  rest(): Promise<void>;
}

const sliceMs = 8;

/** A slice is so many steps, each of which is known to be short; for those who take turns with many others. */
export function createCountedPace(steps: number): Pace {
  let done = 0;
  return {
    due: () => ++done % steps === 0,
    rest: afterOthers,
  };
}

/** Begins a slice now. Real time, not the services' clock: what counts is how long this thread has been busy. */
export function createPace(): Pace {
  let end = performance.now() + sliceMs;
  return {
    due: () => performance.now() >= end,
    async rest() {
      await afterOthers();
      end = performance.now() + sliceMs;
    },
  };
}

function afterOthers(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

/** All of what is made one by one, with slices that end between two of them. */
export async function inTurns<T>(items: Iterable<T>): Promise<T[]> {
  const pace = createPace();
  const all: T[] = [];
  for (const item of items) {
    all.push(item);
    if (pace.due()) await pace.rest();
  }
  return all;
}
