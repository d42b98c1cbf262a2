// Calls about more messages than the host takes at once.

/** The host takes so many ids in one call. */
const mostIds = 10_000;

interface Done<T> {
  /** All that came of it, in order: up to the piece that failed. */
  readonly done: readonly T[];
  readonly error?: unknown;
}

/** Does something with any number of messages, as many at once as the host takes. Never rejects. */
export async function inBatches<T>(
  ids: readonly string[],
  call: (piece: string[]) => Promise<readonly T[]>,
): Promise<Done<T>> {
  const done: T[] = [];
  try {
    for (let at = 0; at < ids.length; at += mostIds) {
      for (const each of await call(ids.slice(at, at + mostIds))) done.push(each);
    }
  } catch (error) {
    return { done, error };
  }
  return { done };
}
