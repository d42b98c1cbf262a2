// Waits for something that another process or the disk does: checks every few milliseconds.
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with the first truthy answer; rejects with `what` after the time is up. */
export async function until<T>(what: string, look: () => T | Promise<T>, timeoutMs = 60_000): Promise<NonNullable<T>> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await look();
    if (answer) return answer;
    if (Date.now() > endMs) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await sleep(5);
  }
}
