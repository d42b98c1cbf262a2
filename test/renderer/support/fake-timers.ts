// A clock for models of the window: time moves only when a test says so.
import type { Timers } from '../../../renderer/models/timers.ts';

export interface FakeTimers extends Timers {
  /** Lets time pass: what is due runs in order, and promises in between are settled. */
  pass(ms: number): Promise<void>;
}

export function fakeTimers(startMs = 0): FakeTimers {
  let nowMs = startMs;
  let due: { readonly atMs: number; run(): void }[] = [];
  return {
    nowMs: () => nowMs,
    later(run, delayMs) {
      const entry = { atMs: nowMs + delayMs, run };
      due.push(entry);
      return () => {
        due = due.filter(other => other !== entry);
      };
    },
    async pass(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        await settled();
        const next = due.filter(entry => entry.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        due = due.filter(entry => entry !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = endMs;
    },
  };
}

/** Lets everything continue that only waits for promises. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
