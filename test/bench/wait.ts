// Waiting with a time limit: nothing in the bench may hang.
import { setTimeout as sleep } from 'node:timers/promises';

interface Patience {
  /** Aborted when the bench is interrupted. */
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly everyMs?: number;
}

/** Asks until the answer is true. @throws when the time is up or the bench was interrupted */
export async function waitUntil(what: string, look: () => boolean, patience: Patience): Promise<void> {
  await waitForCount(what, () => (look() ? 1 : 0), 1, patience);
}

/**
 * Waits until a number has grown to `goal`.
 * @throws when it has not grown for the time of the limit, or the bench was interrupted
 */
export async function waitForCount(
  what: string,
  count: () => number,
  goal: number,
  { signal, limitMs, everyMs = 100 }: Patience,
): Promise<void> {
  let last = 0;
  let endMs = Date.now() + limitMs;
  for (let now = count(); now < goal; now = count()) {
    if (now > last) endMs = Date.now() + limitMs;
    if (Date.now() > endMs) throw new Error(`waited ${limitMs / 1000} s for ${what}: ${now} of ${goal}`);
    last = now;
    await sleep(everyMs, undefined, { signal });
  }
}

/** @throws when the promise takes longer than that */
export async function within<T>(what: string, limitMs: number, promise: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = sleep(limitMs, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`waited ${limitMs / 1000} s for ${what}`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop.abort();
    late.catch(() => undefined);
  }
}
