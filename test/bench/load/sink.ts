// Where mail for other hosts goes: Postfix's smtp-sink where it is installed, else our own, in a process of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { without, withSbin } from '../../support/programs.ts';
import type { BenchRun } from '../bench-run.ts';
import { freePort } from '../processes.ts';
import { waitForPort } from '../wait-for-port.ts';

export interface Sink {
  readonly port: number;
  /** Messages that it has taken so far. */
  messages(): number;
}

export interface SinkKind {
  readonly name: string;
  command(port: number): { readonly program: string; readonly args: readonly string[] };
}

export function chooseSink(): SinkKind {
  return without('smtp-sink') === false ? smtpSink : ownSink;
}

const smtpSink: SinkKind = {
  name: 'smtp-sink',
  command: port => {
    const dropRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    return { program: 'smtp-sink', args: ['-c', ...dropRoot, `127.0.0.1:${port}`, '100'] };
  },
};

const ownSink: SinkKind = {
  name: 'own sink',
  command: port => ({ program: process.execPath, args: [join(import.meta.dirname, 'own-sink.ts'), String(port)] }),
};

/** Starts the sink; it ends with the run. */
export async function startSink(run: Pick<BenchRun, 'sink' | 'signal' | 'after'>): Promise<Sink> {
  const port = await freePort();
  const { program, args } = run.sink.command(port);
  const child = spawn(program, args, { env: withSbin(), stdio: ['ignore', 'pipe', 'ignore'] });
  run.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('latin1').on('data', text => {
    // Both sinks write their counters again and again: only the last ones matter.
    output = (output + text).slice(-1000);
  });
  child.once('error', () => undefined); // then there is no listener
  await waitForPort(port, { signal: run.signal, limitMs: 10_000 });
  return { port, messages: () => Number([...output.matchAll(/mesg=(\d+)/g)].at(-1)?.[1] ?? 0) };
}
