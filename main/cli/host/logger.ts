// Starts the program that gets the log of a host, as qmail-start does: splogger, multilog.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';
import { usersOfHome } from '../../../core/privsep/home-users.ts';
import type { CommandIo } from '../command-io.ts';

export interface Logger {
  /** Receives the lines. */
  readonly input: Writable;
  /** Ends the input; resolves when the program has ended, or takes too long to end. */
  end(): Promise<void>;
}

const mostEndMs = 10_000;

/** If root starts it, it runs as the user of the host. @throws UserError when it cannot be run */
export async function startLogger(
  [program = '', ...args]: readonly string[],
  { home, env, isRoot }: { readonly home: string; readonly env: CommandIo['env']; readonly isRoot: boolean },
): Promise<Logger> {
  const user = isRoot ? usersOfHome(home).host : undefined;
  const child = spawn(program, args, {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...env },
    // Ctrl-C ends the host, whose last lines must not be lost.
    detached: true,
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new UserError(`Unable to run ${program}: ${reasonOf(cause)}.`, { exitCode: 111, cause });
  }
  const ended = once(child, 'exit');
  // It may end before the host does; the host also keeps a log of its own.
  child.stdin.on('error', () => undefined);
  return {
    input: child.stdin,
    async end() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill(), mostEndMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
