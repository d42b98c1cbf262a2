// Programs that run another program and filter its input and output: fixcrio and recordio.
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type LineFilter, through } from '../../../core/lib/text/line-ends.ts';
import { errorCode, reasonOf } from '../../../core/lib/user-error.ts';
import type { CommandIo } from '../command-io.ts';

/** Creates the filter of one direction: `<` to the program, `>` from it. */
type FilterFor = (direction: '<' | '>', pid: number) => LineFilter;

const usageError = 100;
const cannotRun = 111;

/** Runs the program that `args` name. @returns its exit code, as in a shell; 100 wrong usage, 111 it cannot be run */
export async function runFiltered(args: readonly string[], io: CommandIo, filterFor: FilterFor): Promise<number> {
  const [program, ...rest] = args;
  if (program === undefined) {
    io.stderr.write(`${io.programName}: usage: ${io.programName} program [ arg ... ]\n`);
    return usageError;
  }
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: io.env as NodeJS.ProcessEnv });
  const failed = await startOf(child);
  if (failed) {
    io.stderr.write(`${io.programName}: fatal: unable to run ${program}: ${failed}\n`);
    return cannotRun;
  }
  const pid = child.pid as number;
  const stop = (): void => void child.kill('SIGTERM');
  process.once('SIGTERM', stop);
  const ended = new Promise<number>(resolve => {
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  // The program need not read all of its input, nor the client all of the output.
  void pipeline(io.stdin, through(filterFor('<', pid)), child.stdin as Writable).catch(() => undefined);
  await copy(child.stdout as Readable, filterFor('>', pid), io.stdout);
  const code = await ended;
  process.off('SIGTERM', stop);
  io.stdin.destroy();
  return code;
}

/** @returns why the program did not start, if so */
function startOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise(resolve => {
    child.once('spawn', () => resolve(undefined));
    child.once('error', error =>
      resolve(errorCode(error) === 'ENOENT' ? 'no such file or directory' : reasonOf(error)),
    );
  });
}

/** Copies, and leaves the output open, which is the process's. */
async function copy(from: Readable, filter: LineFilter, to: Writable): Promise<void> {
  await pipeline(from, through(filter), to, { end: false }).catch(() => undefined);
}
