// Programs that nobody here wrote, to test against. Where one is missing its test is skipped and says so; with
// WAYPOST_TEST_PROGRAMS=required (as .ci/run sets it, after installing them) it fails instead.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** For a test's `skip` option: false when the program is there (or must be), else why the test does not run. */
export function without(program: string): string | false {
  const directories = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/lib/postfix',
    '/usr/lib/git-core',
  ];
  const there = directories.some(directory => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return there || process.env.WAYPOST_TEST_PROGRAMS === 'required' ? false : `${program} is not installed`;
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
