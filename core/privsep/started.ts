// The processes that the parent has started: each ends in words, and is ended with the host.
import type { ChildProcess } from 'node:child_process';
import { wayOfEnding } from '../lib/start-process.ts';

/** How one ended. */
interface Ending {
  readonly how: string;
  readonly code: number | null;
  /** The end of what it wrote to its standard error. */
  readonly said: string;
}

/** Children by the number of the request that they were started for. */
export interface Started {
  /**
   * @param started called when the system has started it: its descriptors may be closed here
   * @param ended called once, also when it could not be started
   */
  add(call: number, child: ChildProcess, started: () => void, ended: (ending: Ending) => void): void;
  has(call: number): boolean;
  size(): number;
  kill(call: number): void;
  killAll(): void;
}

const longestComplaint = 2000;

export function createStarted(): Started {
  const children = new Map<number, ChildProcess>();
  return {
    add(call, child, started, ended) {
      let complaint = '';
      let failed: string | undefined;
      children.set(call, child);
      child.stderr?.on('data', (piece: Buffer) => {
        complaint = (complaint + piece.toString('latin1')).slice(-longestComplaint);
      });
      child.once('spawn', started);
      child.once('error', error => {
        if (child.pid === undefined) failed = error.message;
      });
      child.once('close', (code, signal) => {
        children.delete(call);
        ended({ how: failed ?? wayOfEnding(code, signal, complaint), code, said: complaint });
      });
    },
    has: call => children.has(call),
    size: () => children.size,
    kill(call) {
      const child = children.get(call);
      if (child) killGroup(child);
    },
    killAll() {
      for (const child of children.values()) killGroup(child);
    },
  };
}

/** A delivery leads a group, of itself and the programs that it runs. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL'); // It leads none.
  }
}
