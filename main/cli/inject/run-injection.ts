// What qmail-inject and new-inject share: reading standard input, queueing the message, and errors.
import { userInfo } from 'node:os';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { controlFiles } from '../../../core/control/read-control-files.ts';
import type { InjectError, Injected } from '../../../core/inject/programs/qmail-inject.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { addressFromText } from '../../../core/message/address.ts';
import type { EnvelopeDsn } from '../../../core/paper-path/dsn.ts';
import { openInjection } from '../../../core/queue/intake/inject-from-outside.ts';
import type { CommandIo } from '../command-io.ts';
import { messageInput, NoMessage } from '../message-input.ts';
import type { Follower } from './follow-message.ts';

const permanent = 100;
const temporary = 111;

/** One of the two programs. */
export interface Injector {
  readonly name: string;
  /** Reads the header on standard input and determines the message and envelope for the queue. */
  readonly inject: (home: string, stdin: Readable) => Promise<Injected | InjectError>;
  /** The lines to print on top of the message (a byte string) instead of queueing it; undefined: queue it. */
  readonly linesAbove: ((injected: Injected) => string) | undefined;
  /** Follows the deliveries of the queued message. */
  readonly follower?: Follower | undefined;
  /** What the sender wants to be told. */
  readonly dsn?: EnvelopeDsn | undefined;
}

/** @returns 0 queued (or printed), 100 permanent failure, 111 try again */
export async function runInjection(
  { name, inject, linesAbove, follower, dsn }: Injector,
  io: CommandIo,
): Promise<number> {
  const { home } = io;
  const stdin = messageInput(io.stdin);
  const broken = watchForErrors(stdin);
  try {
    const injected = await inject(home, stdin);
    if (!injected.ok) return fatal(injected.exitCode, injected.text);
    if (!linesAbove) return await queue(injected, home);
    io.stdout.write(Buffer.from(linesAbove(injected), 'latin1'));
    await pipeline(Readable.from(injected.message), io.stdout, { end: false });
    return 0;
  } catch (error) {
    if (error instanceof NoMessage) return fatal(temporary, error.message);
    if (error === broken()) return fatal(temporary, 'read error');
    if (error instanceof UserError) {
      return fatal(error.exitCode === permanent ? permanent : temporary, addressFromText(error.message));
    }
    throw error;
  } finally {
    stdin.destroy(); // the rest of a refused message is not read
  }

  async function queue({ message, envelope }: Injected, into: string): Promise<number> {
    const recipients = envelope.recipients.filter(recipient => recipient !== '');
    if (recipients.length === 0) return fatal(permanent, 'the message has no recipients');
    const accept = openInjection(into, io.env);
    follower?.begin();
    const accepted = await accept(message, { ...envelope, recipients, dsn }, { uid: process.getuid?.() ?? 0 });
    if (accepted.ok) await follower?.queued(accepted, recipients.length);
    return accepted.ok ? 0 : fatal(accepted.permanent ? permanent : temporary, accepted.text);
  }

  /** `text` is a byte string: it may quote the message. */
  function fatal(exitCode: number, text: string): number {
    io.stderr.write(Buffer.from(`${name}: fatal: ${text}\n`, 'latin1'));
    return exitCode;
  }
}

/** The environment, with the user name of the account if it does not name the user. */
export function withUser(env: CommandIo['env']): CommandIo['env'] {
  if (['QMAILUSER', 'MAILUSER', 'USER', 'LOGNAME'].some(name => env[name] !== undefined)) return env;
  try {
    return { ...env, USER: userInfo().username };
  } catch {
    return env; // There is no account with this uid.
  }
}

/** The lines of the file that QMAILMFTFILE names. @throws UserError if it exists but cannot be read */
export function followupLists({ QMAILMFTFILE: path }: CommandIo['env']): readonly string[] | undefined {
  return path === undefined ? undefined : controlFiles(dirname(path)).list(basename(path));
}

/** Remembers the error of a stream, to tell a read error from a bug. */
function watchForErrors(stream: Readable): () => unknown {
  let seen: unknown;
  stream.once('error', error => {
    seen = error;
  });
  return () => seen;
}
