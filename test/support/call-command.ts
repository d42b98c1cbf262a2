// Runs a command of the command line in this process, with its own arguments, streams and exit code.
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Run } from '../../main/cli/command.ts';

export interface Called {
  readonly code: number;
  /** Byte strings. */
  readonly stdout: string;
  readonly stderr: string;
}

/** `input` is a byte string. */
export async function callCommand(
  run: Run,
  args: readonly string[],
  outside: { env?: Readonly<Record<string, string>>; input?: string; home?: string } = {},
): Promise<Called> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = [stdout, stderr].map(stream => buffer(stream));
  const stdin = Readable.from(outside.input ? [Buffer.from(outside.input, 'latin1')] : []);
  const { env = {}, home = '/nonexistent' } = outside;
  const code = await run(args, { env, stdin, stdout, stderr, home, programName: 'test', script: '/dev/null' });
  stdout.end();
  stderr.end();
  const [out, err] = await Promise.all(printed);
  return { code, stdout: text(out), stderr: text(err) };
}

function text(raw: Buffer | undefined): string {
  return raw?.toString('latin1') ?? '';
}
