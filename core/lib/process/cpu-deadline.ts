// A deadline for one job of another process, measured in processor time: a busy machine does not count against a message.
// Where the system does not report that time, the clock counts.
import { readFileSync } from 'node:fs';

export interface CpuDeadline {
  /** Starts the time of a job of that process; the deadline of the job before is over. */
  start(pid: number | undefined, deadlineMs: number, passed: () => void): void;
  cancel(): void;
}

/** A process that only waits has a limit too: this many times the deadline. */
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

/** The processor time of a process; undefined where the system does not report it. */
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
