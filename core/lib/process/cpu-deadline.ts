// A deadline for one job of another process, in the time that the job has had the processor: a busy machine does not make a
// message guilty. Where the system does not tell that time, the clock counts.
import { readFileSync } from 'node:fs';

export interface CpuDeadline {
  /** Starts the time of a job of that process; the deadline of the job before is over. */
  start(pid: number | undefined, deadlineMs: number, passed: () => void): void;
  cancel(): void;
}

/** A process that only waits is not waited for either: so many times the deadline at most. */
const longestStretch = 10;
const shortestLookMs = 50;
const tickMs = 10;

export function createCpuDeadline(): CpuDeadline {
  let timer: NodeJS.Timeout | undefined;
  return {
    start(pid, deadlineMs, passed) {
      clearTimeout(timer);
      const start = performance.now();
      const startCpuMs = cpuMs(pid);
      const look = (): void => {
        const usedMs = (cpuMs(pid) ?? 0) - (startCpuMs ?? 0);
        const isTooLong = performance.now() - start > longestStretch * deadlineMs;
        if (startCpuMs === undefined || usedMs >= deadlineMs || isTooLong) passed();
        else timer = setTimeout(look, Math.max(deadlineMs - usedMs, shortestLookMs));
      };
      timer = setTimeout(look, deadlineMs);
    },
    cancel: () => clearTimeout(timer),
  };
}

/** How long a process has had the processor; undefined where the system does not tell. */
function cpuMs(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program, in parentheses, may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
}
