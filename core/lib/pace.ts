// Long work in short slices, so that the event loop is never held up: `if (pace.due()) await pace.rest();`

export interface Pace {
  /** True when this slice has lasted long enough. */
  due(): boolean;
  /** Lets everything else run, then begins the next slice. */
  rest(): Promise<void>;
}

const sliceMs = 8;

/** Begins a slice now. Real time, not the services' clock: what counts is how long this thread has been busy. */
export function createPace(): Pace {
  let end = performance.now() + sliceMs;
  return {
    due: () => performance.now() >= end,
    async rest() {
      await new Promise(resolve => setImmediate(resolve));
      end = performance.now() + sliceMs;
    },
  };
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
