// Other programs to test against. Where one cannot run, its test is skipped and says so; with
// WAYPOST_TEST_PROGRAMS=required (as .ci/run sets it, after installing them) it fails instead.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const table = join(import.meta.dirname, '..', '..', '.ci', 'programs');

/** The environment with the directories of mail servers' programs in the path. */
export function withSbin(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...env, PATH: `${env.PATH}:/usr/sbin:/sbin` };
}

/**
 * For a test's `skip` option: false when the program can run (or must), else why the test does not run. A program that is
 * there without what it loads on its way, say a module of Perl, cannot.
 */
export function without(program: string, env: NodeJS.ProcessEnv = process.env): string | false {
  const [packages = '', proof = ''] = rowOf(program);
  if (env.WAYPOST_TEST_PROGRAMS === 'required') return false;
  if (spawnSync('sh', ['-c', proof], { env: withSbin(env), stdio: 'ignore' }).status === 0) return false;
  return `${program} cannot run here (Debian: ${packages.replaceAll(',', ' ')})`;
}

/** The packages of a program and the command that shows that it can run, from .ci/programs. */
function rowOf(program: string): readonly string[] {
  for (const line of readFileSync(table, 'utf8').split('\n')) {
    const [, name, ...row] = /^(\S+) +(\S+) +(.+)$/.exec(line) ?? [];
    if (name === program) return row;
  }
  throw new Error(`${program} has no line in .ci/programs`);
}

/** Runs a program to its end; rejects with its output when it fails. */
export async function runProgram(program: string, args: readonly string[], input = ''): Promise<string> {
  return runWith(program, args, input, process.env);
}

/** The same in another environment. */
export async function runWith(
  program: string,
  args: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const running = promisify(execFile)(program, args, { env });
  running.child.stdin?.on('error', () => undefined).end(input); // a program need not read all of it
  return (await running).stdout;
}
