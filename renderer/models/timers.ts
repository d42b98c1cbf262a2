/** Time, passed in so that tests own it. */
export interface Timers {
  nowMs(): number;
  /** Calls `run` once after a pause; the returned function cancels that. */
  later(run: () => void, delayMs: number): () => void;
}

/** The real clock of a page. */
export function pageTimers(page: Window): Timers {
  return {
    nowMs: () => Date.now(),
    later(run, delayMs) {
      const timer = page.setTimeout(run, delayMs);
      return () => page.clearTimeout(timer);
    },
  };
}

/** Runs `run` once things have been quiet for `delayMs`; `now` runs a pending one at once, `cancel` forgets it. */
export function debounce(
  timers: Timers,
  run: () => void,
  delayMs: number,
): { touch(): void; now(): void; cancel(): void } {
  let stop: (() => void) | undefined;
  function fire(): void {
    stop = undefined;
    run();
  }
  return {
    touch() {
      stop?.();
      stop = timers.later(fire, delayMs);
    },
    now() {
      if (!stop) return;
      stop();
      fire();
    },
    cancel() {
      stop?.();
      stop = undefined;
    },
  };
}
