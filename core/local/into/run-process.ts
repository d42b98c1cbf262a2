// A process that a local delivery starts: its output goes into the report, and its end is waited for.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import { type ProgramPipe, pipeFromProgram, pipeToProgram } from '../../lib/process/pipe.ts';
import { feed } from '../../paper-path/feed.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';
import { shellCall } from './shell-words.ts';

/** A background process that keeps the output open is not waited for longer than this after the program's end. */
const lingerMs = 1000;

/** A program that was told to end gets so long to do it. */
const graceMs = 5000;

/** What to run, and with what. Byte strings. */
export interface ProcessCall {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An open file, or bytes to be piped. */
  readonly stdin: number | MessageSource;
}

interface ProcessDeps {
  readonly clock: Clock;
  /** Gets what the program writes to standard output and standard error. */
  readonly output: (bytes: string) => void;
  /** A program that runs longer is ended, with all processes of its group. */
  readonly timeoutSec?: number | undefined;
  /** When it is aborted, so is a program with a time limit, with its group; the others are in the group of this process. */
  readonly gone?: AbortSignal | undefined;
}

/** How it ended: `code` is null when a signal killed it; `failed`: the system did not start it; `late`: it was ended. */
export type ProcessEnd =
  | { readonly code: number | null }
  | { readonly failed: Error & { code?: string } }
  | { readonly late: string };

/**
 * Runs a program to its end.
 * @throws an error of the bytes to be piped; the program has then ended
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
    // Only a leader of a group can be ended with all that it has started.
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

/** @returns what is to be told when it has ended; the answer says so if it was made to */
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
      // Nobody of the group is left.
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
