// Runs one of our programs for a .qmail line, in this process.
import type { Clock } from '../../lib/clock.ts';
import { rewind } from '../../lib/disk/rewind.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { InnerEnd, InnerProgram } from '../../paper-path/builtin-program.ts';
import type { ReportSink } from '../lspawn-report.ts';
import type { Message } from '../message/message.ts';
import type { NewMessages } from '../message/new-messages.ts';
import { isTemporaryError } from '../temporary-error.ts';
import { type OwnLookup, type OwnProgramCall, ownProgramCall } from './find-own-program.ts';
import { findProgram } from './find-program.ts';
import { runProcess } from './run-process.ts';

/** What programs of .qmail lines need from the delivery. */
export interface ProgramDeps extends NewMessages, OwnLookup {
  readonly report: ReportSink;
  readonly clock: Clock;
  /** Time limit for other programs; undefined: none. */
  readonly programTimeoutSec?: number | undefined;
  /** See `LocalDeps`. */
  readonly gone?: AbortSignal | undefined;
}

/** Where the line runs. Byte strings. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** @returns the program's exit code. @throws what the program throws */
export async function runOwnProgram(
  { args, load }: OwnProgramCall,
  { cwd, env }: Surroundings,
  message: Message,
  deps: ProgramDeps,
): Promise<number> {
  const { report, clock, forward, queue } = deps;
  const program = await load();
  return program({
    args,
    env,
    cwd,
    nowMs: clock.nowMs,
    input: { pieces: message.pieces, rewind: () => rewind(message.fd()) },
    out: report.add,
    err: report.add,
    forward,
    queue,
    run: inner => runInner(inner, { cwd, env }, message, deps),
  });
}

/** Runs the program that one of ours calls. If that is ours too, it also runs here: `bouncesaying text except …`. */
async function runInner(
  { argv, head }: InnerProgram,
  { cwd, env }: Surroundings,
  message: Message,
  deps: ProgramDeps,
): Promise<InnerEnd> {
  const { report, clock, gone, programTimeoutSec: timeoutSec } = deps;
  const own = head === undefined ? ownProgramCall(argv, env, deps) : undefined;
  if (own) return runOwnProgram(own, { cwd, env }, message, deps);
  try {
    findProgram(argv[0], env.PATH ?? '', cwd);
  } catch (error) {
    return { why: reasonOf(error), temporary: isTemporaryError(error) };
  }
  try {
    const stdin = head === undefined ? fromTheStart(message) : below(head, message);
    const ended = await runProcess({ argv, cwd, env, stdin }, { clock, output: report.add, timeoutSec, gone });
    if ('failed' in ended) throw ended.failed;
    if ('late' in ended) return { why: ended.late, temporary: true };
    return ended.code ?? 'crashed';
  } catch (error) {
    return { why: reasonOf(error), temporary: true };
  }
}

function fromTheStart(message: Message): number {
  const fd = message.fd();
  rewind(fd);
  return fd;
}

async function* below(head: string, message: Message): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head, 'latin1');
  yield* message.pieces();
}
