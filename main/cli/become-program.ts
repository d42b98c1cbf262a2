// Ends this program by becoming another one, with the same descriptors: what execvp(3) does.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../../core/lib/user-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param command the program (looked up in the PATH of `env`) and its arguments
 * @returns the program's exit code, where this Node cannot be replaced by it; 111 when a signal ended it
 * @throws UserError (111) when there is no such program
 */
export function becomeProgram([name = '', ...args]: readonly string[], env: Environment): Promise<number> {
  const path = findProgram(name, env.PATH ?? '/usr/local/bin:/usr/bin:/bin');
  const known = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  if (process.execve) process.execve(path, [name, ...args], known as NodeJS.ProcessEnv);
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { argv0: name, env: known as NodeJS.ProcessEnv, stdio: 'inherit' });
    child.once('error', cause => reject(new UserError(`unable to run ${name}`, { exitCode: 111, cause })));
    child.once('exit', code => resolve(code ?? 111));
  });
}

function findProgram(name: string, path: string): string {
  if (name.includes('/')) return name;
  const found = path.split(delimiter).find(directory => isExecutable(join(directory, name)));
  if (found === undefined) throw new UserError(`unable to run ${name}: it is not in PATH`, { exitCode: 111 });
  return join(found, name);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
