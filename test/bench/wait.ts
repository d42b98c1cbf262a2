// Waiting with a time limit: nothing in the bench may hang.
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is true. @throws when the time is up or the bench was interrupted */
export async function waitUntil(
  what: string,
  look: () => boolean,
  options: { readonly signal: AbortSignal; readonly limitMs: number; readonly everyMs?: number },
): Promise<void> {
  const endMs = Date.now() + options.limitMs;
  while (!look()) {
    if (Date.now() > endMs) throw new Error(`waited ${options.limitMs / 1000} s for ${what}`);
    await sleep(options.everyMs ?? 100, undefined, { signal: options.signal });
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
