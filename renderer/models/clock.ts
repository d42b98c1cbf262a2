// The current time as a signal, for words like "in 16 min".
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
