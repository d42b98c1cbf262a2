// Removes files of finished messages later, while very many other messages are due: nothing is lost by that, and a file system may
// create new files slowly where it has just removed many. In the order in which it was asked for.
import type { Clock } from '../../lib/clock.ts';

/** Removals that can wait. */
export interface DeferredRemovals {
  /** Runs a job, which does not throw: now, or when there is time. @param bytes what stays in memory until then */
  later(run: () => void, bytes?: number): void;
  /** Runs everything that waits; from now on everything runs at once. */
  finish(): void;
}

interface Job {
  readonly run: () => void;
  readonly bytes: number;
  readonly untilMs: number;
}

const lookAgainMs = 50;
const patienceMs = 10_000;
const mostBytes = 16 * 1024 * 1024;
/** Jobs in one go, so that the event loop is never blocked for long. */
const sliceJobs = 50;

/** @param isBusy very many messages are due */
export function createDeferredRemovals({
  clock,
  isBusy,
}: {
  readonly clock: Clock;
  readonly isBusy: () => boolean;
}): DeferredRemovals {
  const jobs = new Set<Job>();
  let bytes = 0;
  let asked = false;
  let finishing = false;

  function turn(): void {
    asked = false;
    let done = 0;
    for (const job of jobs) {
      if (done++ === sliceJobs || !isTimeFor(job)) break;
      perform(job);
    }
    ask();
  }

  function isTimeFor(job: Job): boolean {
    return finishing || !isBusy() || bytes > mostBytes || clock.nowMs() >= job.untilMs;
  }

  function perform(job: Job): void {
    jobs.delete(job);
    bytes -= job.bytes;
    job.run();
  }

  function ask(): void {
    const [first] = jobs;
    if (asked || !first) return;
    asked = true;
    if (isTimeFor(first)) setImmediate(turn);
    else clock.after(lookAgainMs, turn);
  }

  return {
    later(run, jobBytes = 0) {
      if (finishing || (jobs.size === 0 && !isBusy())) {
        run();
        return;
      }
      jobs.add({ run, bytes: jobBytes, untilMs: clock.nowMs() + patienceMs });
      bytes += jobBytes;
      ask();
    },
    finish() {
      finishing = true;
      for (const job of jobs) perform(job);
    },
  };
}
