// A server that accepts mail already may still be starting other parts: a workload does not measure that.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRun } from './bench-run.ts';
import { activityOf } from './processes.ts';
import type { Subject } from './subjects/subject.ts';

const lookMs = 100;
const quietMs = 5;
const looks = 5;
const limitMs = 15_000;

export async function startIdle(subject: Subject, run: BenchRun): Promise<void> {
  await subject.start();
  await waitUntilIdle(subject, run);
}

/** Waits until all its processes have done nothing for half a second, or for 15 seconds. */
export async function waitUntilIdle(subject: Subject, run: BenchRun): Promise<void> {
  const untilMs = Date.now() + limitMs;
  let before = cpuMs(subject);
  for (let quiet = 0; quiet < looks && Date.now() < untilMs; ) {
    await sleep(lookMs, undefined, { signal: run.signal });
    const now = cpuMs(subject);
    quiet = Math.abs(now - before) < quietMs ? quiet + 1 : 0;
    before = now;
  }
}

function cpuMs(subject: Subject): number {
  let sum = 0;
  for (const pid of subject.pids()) {
    try {
      sum += activityOf(pid).cpuMs;
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}
