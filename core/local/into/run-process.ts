// Runs a process for a local delivery: collects its output for the report, and waits for its end.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { type ProgramPipe, pipeFromProgram, pipeToProgram } from '../../lib/process/pipe.ts';
import { feed } from '../../paper-path/feed.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';
import { shellCall } from './shell-words.ts';

/** A background process may keep the output open. It is not waited for longer than this after the program has ended. */
const lingerMs = 1000;

/** How long a program has to end after SIGTERM. */
const graceMs = 5000;

/** The program to run, as byte strings. */
export interface ProcessCall {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An open file, or bytes that are piped. */
  readonly stdin: number | MessageSource;
}

interface ProcessDeps {
  readonly clock: Clock;
  /** Gets the program's standard output and standard error. */
  readonly output: (bytes: string) => void;
  /** A program that runs longer is terminated with all processes of its group. */
  readonly timeoutSec?: number | undefined;
  /** When it is aborted, a program with a time limit is killed with its group; others are in the group of this process. */
  readonly gone?: AbortSignal | undefined;
}

/** How it ended: `code` is null if a signal killed it; `failed`: it was not started; `late`: the time limit ended it. */
export type ProcessEnd =
  | { readonly code: number | null }
  | { readonly failed: Error & { code?: string } }
  | { readonly late: string };

/**
 * Runs a program to its end.
 * @throws an error from reading the bytes to be piped; the program has ended then
 */
export async function runProcess({ argv, cwd, env, stdin }: ProcessCall, deps: ProcessDeps): Promise<ProcessEnd> {
  const call = shellCall(argv, cwd, env);
  const pipes: ProgramPipe[] = [];
  const closePipes = () => {
    for (const { stream } of pipes) stream.destroy();
  };
  let child: ChildProcess;
  try {
    pipes.push(pipeFromProgram());
    if (typeof stdin !== 'number') pipes.push(pipeToProgram());
    const fds = [typeof stdin === 'number' ? stdin : pipes[1]?.fd, pipes[0]?.fd, 'ignore'] as const;
    // Only the leader of a process group can be killed together with the processes that it has started.
    const detached = deps.timeoutSec !== undefined;
    child = spawn('/bin/sh', call.args, { cwd: call.cwd, env: call.env, stdio: [...fds], detached });
  } catch (error) {
    closePipes();
    return { failed: error as Error }; // for instance E2BIG: more environment than the system takes
  } finally {
    for (const { started } of pipes) started();
  }
  const [output, input] = pipes.map(({ stream }) => stream);
  const ended = waitFor(child, output as Socket, deps).finally(closePipes);
  if (typeof stdin === 'number' || !input) return ended;
  try {
    await feed(input, stdin);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
  return ended;
}

function waitFor(child: ChildProcess, from: Socket, deps: ProcessDeps): Promise<ProcessEnd> {
  const { clock, output, timeoutSec } = deps;
  const limit = timeoutSec === undefined ? undefined : endWhenLate(child, clock, timeoutSec, deps.gone);
  return new Promise(resolve => {
    child.on('error', error => {
      limit?.ended();
      resolve({ failed: error });
    });
    from.on('error', () => {});
    from.on('data', (piece: Buffer) => output(piece.toString('latin1')));
    child.on('exit', code => {
      const late = limit?.ended();
      if (late !== undefined) return resolve({ late });
      const finish = () => {
        cancel();
        resolve({ code });
      };
      const cancel = clock.after(lingerMs, finish);
      if (from.closed) finish();
      else from.on('close', finish);
    });
  });
}

/** @returns a function to call at its end, which returns a text if the time limit ended it */
function endWhenLate(
  child: ChildProcess,
  clock: Clock,
  timeoutSec: number,
  gone?: AbortSignal,
): { ended(): string | undefined } {
  let isLate = false;
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The whole group has ended.
    }
  };
  const abort = () => signal('SIGKILL');
  gone?.addEventListener('abort', abort);
  let cancel = clock.after(timeoutSec * 1000, () => {
    isLate = true;
    signal('SIGTERM');
    cancel = clock.after(graceMs, () => signal('SIGKILL'));
  });
  return {
    ended() {
      cancel();
      gone?.removeEventListener('abort', abort);
      if (!isLate) return undefined;
      signal('SIGKILL');
      return `The program ran longer than the ${timeoutSec} s of control/programtimeout, and was ended. (#4.3.0)`;
    },
  };
}
