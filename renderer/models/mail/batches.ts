// Splits calls about many messages into as many as the host takes at once.

/** The most ids that the host takes in one call. */
const mostIds = 10_000;

interface Done<T> {
  /** The results in order, up to the batch that failed. */
  readonly done: readonly T[];
  readonly error?: unknown;
}

/** Calls the host with all ids, batch by batch. Never rejects. */
export async function inBatches<T>(
  ids: readonly string[],
  call: (batch: string[]) => Promise<readonly T[]>,
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
