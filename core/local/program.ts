// Runs the program of a .qmail line (qmail-local: mailprogram; spec: qmail-command(8)).
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../lib/clock.ts';
import { rewind } from '../lib/rewind.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { Message } from './message.ts';
import type { Report } from './report.ts';
import { shellCall } from './shell-words.ts';
import { laterStop, type Stop } from './stop.ts';

/** How a program line ended: go on with the next line, skip the rest (exit 99), or end the delivery. */
export type ProgramResult = 'next' | 'skip-rest' | Stop;

const hardCodes: ReadonlySet<number> = new Set([100, 64, 65, 70, 76, 77, 78, 112]);

/** A background process that keeps the output open is not waited for longer than this after the program's end. */
const lingerMs = 1000;

/** One program line. Byte strings. */
export interface ProgramLine {
  readonly command: string;
  readonly homeDir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs `/bin/sh -c command` in the user's home with the message on standard input; what it prints goes to `report`.
 * @param message its open file is rewound first
 */
export async function runProgram(
  program: ProgramLine,
  message: Pick<Message, 'fd'>,
  deps: { readonly report: Report; readonly clock: Clock },
): Promise<ProgramResult> {
  let messageFd: number;
  try {
    messageFd = message.fd();
  } catch (error) {
    return laterStop(`Unable to read message: ${reasonOf(error)}. (#4.3.0)`);
  }
  try {
    rewind(messageFd);
  } catch {
    return laterStop('Unable to rewind message. (#4.3.0)');
  }
  const ended = await run(program, messageFd, deps);
  if ('failed' in ended) return ended.failed;
  if (ended.code === null) return laterStop('Aack, child crashed. (#4.3.0)');
  return resultOf(ended.code);
}

/** What an exit code means; the program has said why. */
function resultOf(code: number): ProgramResult {
  if (code === 0) return 'next';
  if (code === 99) return 'skip-rest';
  if (code === 126 || code === 127) return laterStop(`The shell could not run the program: exit code ${code}.`);
  return { exit: hardCodes.has(code) ? 100 : 111, text: '' };
}

type Ended = { readonly code: number | null } | { readonly failed: Stop };

function run(program: ProgramLine, messageFd: number, deps: { report: Report; clock: Clock }): Promise<Ended> {
  return new Promise(resolve => {
    const { args, env, cwd } = shellCall(program.command, program.homeDir, program.environment);
    let child: ChildProcess;
    try {
      child = spawn('/bin/sh', args, { cwd, env, stdio: [messageFd, 'pipe', 'ignore'] });
    } catch (error) {
      resolve({ failed: startFailure(error as Error) }); // for instance E2BIG: more environment than the system takes
      return;
    }
    child.on('error', error => resolve({ failed: startFailure(error) }));
    child.stdout?.on('data', (piece: Buffer) => deps.report.add(piece.toString('latin1')));
    child.on('exit', code => {
      const finish = () => {
        cancel();
        child.stdout?.destroy();
        resolve({ code });
      };
      const cancel = deps.clock.after(lingerMs, finish);
      child.on('close', finish);
    });
  });
}

function startFailure(error: Error & { code?: string }): Stop {
  const what = error.code === 'EAGAIN' || error.code === 'ENOMEM' ? 'Unable to fork' : 'Unable to run /bin/sh';
  return laterStop(`${what}: ${startReason(error)}. (#4.3.0)`);
}

/** Node words it `spawn /bin/sh ENOENT`. */
function startReason(error: Error & { code?: string }): string {
  return error.code === 'ENOENT' ? 'no such file or directory' : reasonOf(error);
}
