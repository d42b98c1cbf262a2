// Runs a checkpassword program: it gets name, password and stamp on file descriptor 3, and if it accepts them it becomes the
// program that serves the mailbox (qmail-popup's doanddie).
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Claim } from './popup.ts';

/** How a program ended: its exit code, or that it was killed, or could not be started. */
export type CheckEnd = number | 'crashed' | 'not started';

/** How the program is run. */
interface CheckRun {
  readonly program: string;
  readonly args: readonly string[];
  /** Its descriptors 0 to 2; a number is a descriptor of this process, which they share. */
  readonly stdio: readonly ['inherit' | 'pipe' | number, 'inherit' | 'pipe' | number, 'inherit' | 'pipe'];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The running program; streams only for pipes. */
export interface RunningCheck {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly ended: Promise<CheckEnd>;
}

/** Starts it and sends it the claim. @param stamp the greeting's, with its brackets */
export function startCheckpassword(run: CheckRun, claim: Claim, stamp: string): RunningCheck {
  return running(spawnCheckpassword(run, claim, stamp));
}

/** The same, as a bare child process. */
export function spawnCheckpassword(run: CheckRun, { name, secret }: Claim, stamp: string): ChildProcess {
  const child = spawn(run.program, run.args, { stdio: [...run.stdio, 'pipe'], env: { ...run.env } });
  const claim = child.stdio[3] as Writable | null | undefined;
  // A program need not read all of it.
  claim?.on('error', () => {});
  claim?.end(Buffer.from(`${name}\0${secret}\0${stamp}\0`, 'latin1'));
  return child;
}

function running(child: ChildProcess): RunningCheck {
  const { stdin, stdout, stderr } = child;
  const ended = new Promise<CheckEnd>(resolve => {
    child.once('error', () => resolve('not started'));
    child.once('close', code => resolve(code ?? 'crashed'));
  });
  return { stdin, stdout, stderr, ended };
}
