// Runs a program of ours (core/paper-path/builtin-program.ts) as a process.
import { spawn } from 'node:child_process';
import { rewind } from '../../core/lib/disk/rewind.ts';
import { pipeToProgram } from '../../core/lib/process/pipe.ts';
import { reasonOf, UserError } from '../../core/lib/user-error.ts';
import { isTemporaryError } from '../../core/local/temporary-error.ts';
import { addressFromText, displayAddress } from '../../core/message/address.ts';
import type { BuiltinProgram, InnerEnd, InnerProgram } from '../../core/paper-path/builtin-program.ts';
import { feed } from '../../core/paper-path/feed.ts';
import type { Accept, Invoker } from '../../core/paper-path/shapes.ts';
import type { Run } from './command.ts';
import type { CommandIo } from './command-io.ts';
import { piecesOfFd } from './read-descriptor.ts';

/** The program as a command: standard input is the input, and it queues into the home as qmail-inject does. */
export function asCommand(program: BuiltinProgram): Run {
  return (args, io) => {
    const accept = acceptInto(io);
    return program({
      args: args.map(addressFromText),
      env: bytesOf({ ...io.env, WAYPOST_HOME: io.home }),
      cwd: addressFromText(process.cwd()),
      nowMs: Date.now,
      input: { pieces: () => piecesOfFd(0), rewind: () => rewind(0) },
      out: bytes => void io.stdout.write(Buffer.from(bytes, 'latin1')),
      err: bytes => void io.stderr.write(Buffer.from(bytes, 'latin1')),
      forward: (head, envelope) => accept(below(head), envelope, invoker()),
      queue: (source, envelope) => accept(source, envelope, invoker()),
      run,
    });
  };
}

/** The user who queues what this process queues. */
export function invoker(): Invoker {
  return { uid: process.getuid?.() ?? 0 };
}

/** All variables, as byte strings. */
export function bytesOf(env: CommandIo['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, text = '']) => [name, addressFromText(text)]));
}

/** Queues into the home as qmail-inject does; a home without a queue refuses for now. */
export function acceptInto(io: CommandIo): Accept {
  return async (source, envelope, who) => {
    // Most programs queue nothing in most of their calls; for them the queue's code is not even loaded.
    const { openInjection } = await import('../../core/queue/intake/inject-from-outside.ts');
    let accept: Accept;
    try {
      accept = openInjection(io.home, io.env);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { ok: false, code: error.exitCode, permanent: false, text: addressFromText(error.message) };
    }
    return accept(source, envelope, who);
  };
}

async function* below(head: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head, 'latin1');
  yield* piecesOfFd(0);
}

const terminalSignals = ['SIGINT', 'SIGQUIT'] as const;

function ignore(): void {}

function run({ argv, head }: InnerProgram): Promise<InnerEnd> {
  const [file = '', ...args] = argv.map(displayAddress);
  return new Promise(resolve => {
    const pipe = head === undefined ? undefined : pipeToProgram();
    // Ctrl-C and Ctrl-\ are for the inner program, as with system(3).
    for (const signal of terminalSignals) process.on(signal, ignore);
    const child = spawn(file, args, { stdio: [pipe?.fd ?? 'inherit', 'inherit', 'inherit'] });
    pipe?.started();
    const end = (how: InnerEnd) => {
      for (const signal of terminalSignals) process.off(signal, ignore);
      pipe?.stream.destroy();
      resolve(how);
    };
    child.on('error', error => end({ why: reasonOf(error), temporary: isTemporaryError(error) }));
    child.on('exit', code => end(code ?? 'crashed'));
    if (pipe && head !== undefined) {
      feed(pipe.stream, below(head)).catch(error => {
        child.kill('SIGKILL');
        end({ why: reasonOf(error), temporary: true });
      });
    }
  });
}
