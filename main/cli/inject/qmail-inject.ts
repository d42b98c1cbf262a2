// qmail-inject: reads a message on standard input, completes its header, and queues it (or prints it, with -n).
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { controlFiles } from '../../../core/control/files.ts';
import { readMessageControl } from '../../../core/control/message-control.ts';
import { injectUsage, parseInjectArguments } from '../../../core/inject/inject-options.ts';
import { injectSettings } from '../../../core/inject/inject-settings.ts';
import { type Injected, injectMessage, returnPathLine } from '../../../core/inject/qmail-inject.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { addressFromText } from '../../../core/message/address.ts';
import { openInjection } from '../../../core/queue/inject-from-outside.ts';
import type { CommandIo } from '../command-io.ts';

const permanent = 100;
const temporary = 111;

/** @returns 0 queued (or printed), 100 it never will be, 111 try again */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const options = parseInjectArguments(args.map(addressFromText));
  if (!options) {
    io.stderr.write(`${injectUsage}\n`);
    return permanent;
  }
  if (io.home === undefined) return fatal(io, temporary, 'no home directory: give --home DIR or set WAYPOST_HOME');
  const broken = watchForErrors(io.stdin);
  try {
    const settings = injectSettings(io.env, readMessageControl(io.home), followupLists(io.env.QMAILMFTFILE));
    const moment = { nowMs: Date.now(), pid: process.pid };
    const injected = await injectMessage(io.stdin, options, settings, moment);
    if (!injected.ok) return fatal(io, injected.exitCode, injected.text);
    return options.print ? await print(injected, io) : await queue(injected, io, io.home);
  } catch (error) {
    if (error === broken()) return fatal(io, temporary, 'read error');
    if (error instanceof UserError) {
      return fatal(io, error.exitCode === permanent ? permanent : temporary, addressFromText(error.message));
    }
    throw error;
  } finally {
    io.stdin.destroy(); // a refused message is not read to its end
  }
}

async function queue(injected: Injected, io: CommandIo, home: string): Promise<number> {
  const accept = openInjection(home, io.env);
  const accepted = await accept(injected.message, injected.envelope, { uid: process.getuid?.() ?? 0 });
  return accepted.ok ? 0 : fatal(io, accepted.permanent ? permanent : temporary, accepted.text);
}

async function print(injected: Injected, io: CommandIo): Promise<number> {
  io.stdout.write(Buffer.from(returnPathLine(injected.envelope.sender), 'latin1'));
  await pipeline(Readable.from(injected.message), io.stdout, { end: false });
  return 0;
}

function followupLists(path: string | undefined): readonly string[] | undefined {
  return path === undefined ? undefined : controlFiles(dirname(path)).list(basename(path));
}

/** The error of a stream, if it had one, to tell a broken input from a broken program. */
function watchForErrors(stream: Readable): () => unknown {
  let seen: unknown;
  stream.once('error', error => {
    seen = error;
  });
  return () => seen;
}

/** `text` is a byte string: it may quote the message. */
function fatal(io: CommandIo, exitCode: number, text: string): number {
  io.stderr.write(Buffer.from(`qmail-inject: fatal: ${text}\n`, 'latin1'));
  return exitCode;
}
