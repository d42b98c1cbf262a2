// POP3's programs as tcpserver would start them: bytes in on fd 0, bytes out on fd 1, a claim on fd 3.
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { command } from './command.ts';

/** Root's tests run programs that root may not run as this user. */
export const somebody: { uid: number; gid: number } | { uid?: never; gid?: never } =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

interface Run {
  readonly input?: string | Buffer;
  readonly fd3?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs `waypost ARGS` to its end. Output as byte strings. */
export async function runPopProgram(args: readonly string[], run: Run = {}) {
  const { uid, gid, cwd = '/', fd3 } = run;
  const env = { ...process.env, ...run.env };
  const stdio = ['pipe', 'pipe', 'pipe', fd3 === undefined ? 'ignore' : 'pipe'] as const;
  const child = spawn(process.execPath, [command, ...args], {
    cwd,
    env,
    stdio: [...stdio],
    ...(uid !== undefined && { uid, gid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (piece: Buffer) => {
    stdout += piece.toString('latin1');
  });
  child.stderr?.on('data', (piece: Buffer) => {
    stderr += piece.toString('latin1');
  });
  for (const stream of [child.stdin, child.stdio[3] as Writable | null]) stream?.on('error', () => {});
  if (fd3 !== undefined) (child.stdio[3] as Writable).end(Buffer.from(fd3, 'latin1'));
  child.stdin?.end(run.input ?? '');
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, stdout, stderr };
}
