// Whether a shell command says that a link is up: it exits 0. It runs as the host does, and is ended when it takes too long or the
// host is gone.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Looked } from './look.ts';

const commandMs = 20_000;
const passedOn = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR'];

/**
 * Runs $1, and meanwhile reads descriptor 3, which the host holds open: it ends when the host does, however that happens, and then
 * the group of processes is killed.
 */
const watched = `
(read -r _; kill -9 -$$) <&3 3<&- & watch=$!
exec 3<&-
/bin/sh -c "$1"; code=$?
kill -9 $watch
exit $code`;

interface CommandDeps {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function runCommand(command: string, { clock, environment }: CommandDeps): Promise<Looked> {
  const env = Object.fromEntries(
    passedOn.flatMap(name => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
  return new Promise(resolve => {
    // A group of its own: what it has started is ended with it.
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
    const child = spawn('/bin/sh', ['-c', watched, 'sh', command], { stdio: [...stdio], env, detached: true });
    const letGo = holdOpen(child);
    let isLate = false;
    const cancel = clock.after(commandMs, () => {
      isLate = true;
      endGroup(child.pid);
    });
    const ended = (looked: Looked) => {
      cancel();
      letGo();
      resolve(looked);
    };
    child.once('error', error => ended({ up: false, because: `the command cannot be run: ${reasonOf(error)}` }));
    child.once('exit', (code, signal) => {
      if (isLate) ended({ up: false, because: `the command took longer than ${commandMs / 1000} seconds` });
      else ended({ up: code === 0, because: `the command exited ${code ?? signal}` });
    });
  });
}

/** Keeps the host's end of descriptor 3 until the command has ended. */
function holdOpen({ stdio }: ChildProcess): () => void {
  const [, , , end] = stdio;
  end?.on('error', () => {});
  return () => void end?.destroy();
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
