// The processes that the parent has started: each ends in words, and is ended with the host.
import type { ChildProcess } from 'node:child_process';
import { wayOfEnding } from '../lib/process/start-process.ts';

/** How one ended. */
interface Ending {
  readonly how: string;
  readonly code: number | null;
  /** The end of what it wrote to its standard error. */
  readonly said: string;
}

/** One that was started. */
interface Running {
  readonly child: ChildProcess;
  /** It is asked to end first, as it has programs to end that only it knows. */
  readonly asked: boolean;
}

/** Children by the number of the request that they were started for. */
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

/** What it left behind may hold its standard error: that is not waited for longer than this after its end. */
const lingerMs = 1000;

/** One that was asked to end gets so long to do it. */
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
      // The event of it may have come already.
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

/** Resolves when it has ended, or does not even after it was killed. */
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

/** A delivery leads a group, of itself and the programs that it runs. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || !isRunning(child)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // It leads none.
  }
}
