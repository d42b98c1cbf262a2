// A process that a local delivery starts: its output goes into the report, and its end is waited for.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../lib/clock.ts';
import { feed } from '../lib/feed.ts';
import type { MessageSource } from '../lib/paper-path.ts';
import { shellCall } from './shell-words.ts';

/** A background process that keeps the output open is not waited for longer than this after the program's end. */
const lingerMs = 1000;

/** What to run, and with what. Byte strings. */
export interface Child {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An open file, or bytes to be piped. */
  readonly stdin: number | MessageSource;
}

/** How it ended: `code` is null when a signal killed it; `failed`: the system did not start it. */
export type ChildEnd = { readonly code: number | null } | { readonly failed: Error & { code?: string } };

/**
 * Runs a program to its end.
 * @param output gets what it writes to standard output and standard error
 * @throws an error of the bytes to be piped; the program has then ended
 */
export async function runChild(
  { argv, cwd, env, stdin }: Child,
  deps: { readonly clock: Clock; readonly output: (bytes: string) => void },
): Promise<ChildEnd> {
  const call = shellCall(argv, cwd, env);
  const fd = typeof stdin === 'number' ? stdin : 'pipe';
  let child: ChildProcess;
  try {
    child = spawn('/bin/sh', call.args, { cwd: call.cwd, env: call.env, stdio: [fd, 'pipe', 'ignore'] });
  } catch (error) {
    return { failed: error as Error }; // for instance E2BIG: more environment than the system takes
  }
  const ended = waitFor(child, deps);
  if (typeof stdin === 'number') return ended;
  try {
    if (child.stdin) await feed(child.stdin, stdin);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
  return ended;
}

function waitFor(
  child: ChildProcess,
  { clock, output }: { readonly clock: Clock; readonly output: (bytes: string) => void },
): Promise<ChildEnd> {
  return new Promise(resolve => {
    child.on('error', error => resolve({ failed: error }));
    child.stdout?.on('data', (piece: Buffer) => output(piece.toString('latin1')));
    child.on('exit', code => {
      const finish = () => {
        cancel();
        child.stdout?.destroy();
        child.stdin?.destroy();
        resolve({ code });
      };
      const cancel = clock.after(lingerMs, finish);
      child.on('close', finish);
    });
  });
}
