// The processes that the parent has started: each end is reported in a sentence, and all are ended with the host.
import type { ChildProcess } from 'node:child_process';
import { wayOfEnding } from '../lib/process/start-process.ts';

/** How a process ended. */
interface Ending {
  readonly how: string;
  readonly code: number | null;
  /** The end of its standard error. */
  readonly said: string;
}

/** A process that was started. */
interface Running {
  readonly child: ChildProcess;
  /** It is first asked to end, as it has programs to end that only it knows. */
  readonly asked: boolean;
}

/** Processes by the number of the request that they were started for. */
export interface RunningChildren {
  /**
   * @param started called when the system has started it
   * @param ended called once, also when it could not be started
   */
  add(call: number, running: Running, started: () => void, ended: (ending: Ending) => void): void;
  has(call: number): boolean;
  size(): number;
  kill(call: number): void;
  /** Resolves when all have ended, unless the system cannot end one. */
  killAll(): Promise<void>;
}

const longestComplaint = 2000;

/** A process that it has left behind may hold its standard error: that is read no longer than this after its end. */
const lingerMs = 1000;

/** The time that a process has to end once it was asked to. */
const graceMs = 2000;

export function createRunningChildren(): RunningChildren {
  const all = new Map<number, Running>();
  return {
    add(call, running, started, ended) {
      const { child } = running;
      let complaint = '';
      all.set(call, running);
      child.stderr?.on('data', (piece: Buffer) => {
        complaint = (complaint + piece.toString('latin1')).slice(-longestComplaint);
      });
      // Its event may have come already.
      if (child.pid !== undefined) started();
      function over(how: string, code: number | null): void {
        if (all.get(call) !== running) return;
        all.delete(call);
        child.stderr?.destroy();
        ended({ how, code, said: complaint });
      }
      child.once('error', error => {
        if (child.pid === undefined) over(error.message, null);
      });
      child.once('exit', (code, signal) => {
        const tell = () => {
          clearTimeout(linger);
          over(wayOfEnding(code, signal, complaint), code);
        };
        const linger = setTimeout(tell, lingerMs);
        child.once('close', tell);
      });
    },
    has: call => all.has(call),
    size: () => all.size,
    kill(call) {
      const running = all.get(call);
      if (running) void end(running);
    },
    async killAll() {
      await Promise.all([...all.values()].map(end));
    },
  };
}

/** Resolves when it has ended, or when killing it did not help. */
function end({ child, asked }: Running): Promise<void> {
  if (!isRunning(child)) return Promise.resolve();
  if (asked) child.kill('SIGTERM');
  else killGroup(child);
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      killGroup(child);
      resolve();
    }, graceMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** A delivery leads a group: itself and the programs that it runs. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || !isRunning(child)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // It does not lead a group.
  }
}
