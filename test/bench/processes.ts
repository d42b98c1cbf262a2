// Programs that the bench runs, and what the kernel knows about processes (proc(5)).
import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { withSbin } from '../support/programs.ts';

/** Runs a program to its end. @throws with its output when it fails or takes too long */
export async function runToEnd(
  program: string,
  args: readonly string[],
  options: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<string> {
  try {
    const running = promisify(execFile)(program, args, {
      env: withSbin(),
      signal: options.signal,
      timeout: options.limitMs,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
    });
    running.child.stdin?.end();
    return (await running).stdout;
  } catch (error) {
    const { killed, stderr, message } = error as { killed?: boolean; stderr?: string; message: string };
    const why = killed ? `did not end within ${options.limitMs / 1000} s` : stderr?.trim() || message;
    throw new Error(`${program}: ${why}`, { cause: error });
  }
}

/** A program in the background. */
export interface Background {
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program whose output goes where `options.stdio` says. */
export async function startProgram(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'stdio' | 'env' | 'cwd' | 'detached'>,
): Promise<Background> {
  const child = spawn(program, args, { env: withSbin(), ...options });
  const ended = new Promise<number | string>(resolve => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? -1));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return { pid: child.pid as number, ended, kill: signal => void child.kill(signal) };
}

/** A TCP port of the loopback without a listener at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A process with all its children and theirs. */
export function processTree(pid: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined;
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (const member of tree) tree.push(...(childrenOf.get(member) ?? []));
  return tree;
}

function parentOf(pid: number): number | undefined {
  try {
    // The command, in parentheses, may contain anything; the fields start after the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it has ended
  }
}

/** Resident memory now and at its highest, in bytes. */
export function memoryOf(pid: number): { readonly nowBytes: number; readonly peakBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { nowBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}

/** What all threads of a process have used so far: time on a processor, and how often they went to sleep and were woken. */
export function activityOf(pid: number): { readonly cpuMs: number; readonly wakeUps: number } {
  let cpuMs = 0;
  let wakeUps = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [ranNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
    cpuMs += Number(ranNs) / 1e6;
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1');
    wakeUps += Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
  }
  return { cpuMs, wakeUps };
}
