// Starts a server program of other authors on a free port.
import { spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { freePort } from '../bench/processes.ts';
import { waitForPort } from '../bench/wait-for-port.ts';
import { withSbin } from './programs.ts';

/** @param args its arguments; a program that must drop root's rights first should be told so by these */
export async function startProgramOnPort(
  t: TestContext,
  program: string,
  args: (port: number) => readonly string[],
): Promise<{ readonly port: number; output(): string }> {
  const port = await freePort();
  const child = spawn(program, args(port), { env: withSbin(), stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('latin1').on('data', text => {
      output += text;
    });
  }
  await waitForPort(port, { signal: t.signal, limitMs: 10_000 });
  return { port, output: () => output };
}
