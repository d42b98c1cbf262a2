// Runs the program of a .qmail line (qmail-local: mailprogram; spec: qmail-command(8)): our own in this process, all others through
// the shell.
import { rewind } from '../../lib/disk/rewind.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { permanentExitCodes } from '../../paper-path/exit-codes.ts';
import { type Failure, temporaryFailure } from '../failure.ts';
import type { Message } from '../message/message.ts';
import { findOwnProgram } from './find-own-program.ts';
import { type ProgramDeps, runOwnProgram } from './run-own-program.ts';
import { runProcess } from './run-process.ts';

/** The result of a program line: continue with the next line, skip the rest (exit 99), or end the delivery. */
export type ProgramResult = 'next' | 'skip-rest' | Failure;

/** One program line, as byte strings. */
export interface ProgramLine {
  readonly command: string;
  readonly homeDir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs `/bin/sh -c command` in the user's home with the message on standard input, or one of our programs directly. The output goes
 * to `report`.
 */
export async function runProgram(line: ProgramLine, message: Message, deps: ProgramDeps): Promise<ProgramResult> {
  const own = findOwnProgram(line.command, line.environment, deps);
  if (!own) return runShell(line, message, deps);
  try {
    return resultOf(await runOwnProgram(own, { cwd: line.homeDir, env: line.environment }, message, deps));
  } catch (error) {
    return temporaryFailure(`Aack, child crashed. (#4.3.0)\n${own.name}: ${reasonOf(error)}`);
  }
}

/** @param message its open file is rewound first */
async function runShell(
  line: ProgramLine,
  message: Pick<Message, 'fd'>,
  { clock, report, programTimeoutSec, gone }: ProgramDeps,
): Promise<ProgramResult> {
  let stdin: number;
  try {
    stdin = message.fd();
  } catch (error) {
    return temporaryFailure(`Unable to read message: ${reasonOf(error)}. (#4.3.0)`);
  }
  try {
    rewind(stdin);
  } catch {
    return temporaryFailure('Unable to rewind message. (#4.3.0)');
  }
  const argv = ['/bin/sh', '-c', line.command];
  const ended = await runProcess(
    { argv, cwd: line.homeDir, env: line.environment, stdin },
    { clock, output: report.add, timeoutSec: programTimeoutSec, gone },
  );
  if ('failed' in ended) return startFailure(ended.failed);
  if ('late' in ended) return temporaryFailure(ended.late);
  if (ended.code === null) return temporaryFailure('Aack, child crashed. (#4.3.0)');
  if (ended.code === 126 || ended.code === 127) {
    return temporaryFailure(`The shell could not run the program: exit code ${ended.code}.`);
  }
  return resultOf(ended.code);
}

/** The meaning of an exit code; the program's output gives the reason. */
function resultOf(code: number): ProgramResult {
  if (code === 0) return 'next';
  if (code === 99) return 'skip-rest';
  return { exit: permanentExitCodes.has(code) ? 100 : 111, text: '' };
}

function startFailure(error: Error & { code?: string }): Failure {
  const what = error.code === 'EAGAIN' || error.code === 'ENOMEM' ? 'Unable to fork' : 'Unable to run /bin/sh';
  return temporaryFailure(`${what}: ${reasonOf(error)}. (#4.3.0)`);
}
