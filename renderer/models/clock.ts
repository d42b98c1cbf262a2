// The present moment as a signal, for "in 16 min" and the like.
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Timers } from './timers.ts';

const stepMs = 5_000;

export function createClock(timers: Timers): ReadonlySignal<number> {
  const nowMs = signal(timers.nowMs());
  function tick(): void {
    nowMs.value = timers.nowMs();
    timers.later(tick, stepMs);
  }
  timers.later(tick, stepMs);
  return nowMs;
}
