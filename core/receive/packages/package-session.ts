// What QMTP and QMQP servers have in common: the message comes before its envelope, so it is spooled until the package is
// complete; then it goes to the queue, whose result is the reply.
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, nowSec } from '../../lib/clock.ts';
import { BadNetstring, EndOfInput, type NetstringReader, netstring, TooLong } from '../../lib/net/netstring.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import type { Client } from '../../listen/client.ts';
import type { ClientMemory } from '../../listen/client-memory.ts';
import type { SessionProgress } from '../../listen/session-progress.ts';
import type { SessionMessage } from '../../log-lines/session/session-message.ts';
import { hasControls } from '../../message/address.ts';
import type { Accept, Accepted, Envelope } from '../../paper-path/shapes.ts';
import { type Spooled, spoolMessage } from '../../paper-path/spool.ts';
import { fewBytes } from '../fruitless-session.ts';
import { formatReceived } from '../received.ts';

/** One client, and what the server needs for it. */
export interface PackageSession {
  readonly input: NetstringReader;
  /** Resolves when there is room for more. @throws EndOfInput when the client is gone */
  readonly write: (raw: Buffer) => Promise<void>;
  readonly client: Client;
  /** This machine, or a client that may relay. */
  readonly trusted: boolean;
  readonly memory: ClientMemory;
  readonly progress: SessionProgress;
  readonly clock: Clock;
  readonly accept: Accept;
  /** Where large messages are kept until their envelopes are complete. */
  readonly spoolDir: string;
  /** Logs what is wrong on this side. */
  readonly alert: (text: string) => void;
  /** Told of each message that the queue has. */
  readonly queued: (message: Omit<SessionMessage, 'kind' | 'server' | 'number'>) => void;
}

/** As in qmail a length above this gets no further digit; it may be ten times as large. */
export const lengthLimit = 200_000_000;
/** Longer addresses are refused. */
export const maxAddressBytes = 999;

/** A message that is kept until this is disposed of; or the reply for it. */
export type Kept = Spooled | NotKept;

interface NotKept extends AsyncDisposable {
  readonly answer: string;
}

const tooBig = 'Dsorry, that message size exceeds my databytes limit (#5.3.4)';
const notKept = 'Zqq write error or disk full (#4.3.0)';
/** All clients together have sent more than may be kept in memory. */
export const noMemory = 'Zsorry, too much mail is coming in at once, try again later (#4.3.1)';
const notQueued = 'Zqq temporary problem (#4.3.0)';

/** The message is larger than the limit; the rest is not kept. */
class TooBig extends Error {}

/**
 * Reads a message of exactly this many bytes, and puts its Received field before it.
 * @param maxBytes its largest size after `decode`; 0: no limit
 * @throws the reader's errors
 */
export async function keepMessage(
  session: PackageSession,
  protocol: string,
  bytes: number,
  maxBytes: number,
  decode: (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> = pieces => pieces,
): Promise<Kept> {
  const { input, client, clock, spoolDir, alert, memory } = session;
  const end = input.taken + bytes;
  let sizeBytes = 0;
  let broken: unknown;

  async function* pieces(): AsyncGenerator<Buffer> {
    try {
      yield* watched(input.pieces(bytes), session.progress);
    } catch (error) {
      broken = error;
      throw error;
    }
  }
  async function* message(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(formatReceived({ ...client, helo: undefined, protocol }, clock.nowMs()), 'latin1');
    for await (const piece of decode(pieces())) {
      sizeBytes += piece.length;
      if (maxBytes > 0 && sizeBytes > maxBytes) throw new TooBig();
      yield piece;
    }
  }

  try {
    return await spoolMessage(message(), spoolDir, memory);
  } catch (error) {
    if (broken) throw broken;
    await input.skip(end - input.taken);
    if (error instanceof TooBig) return answerOnly(tooBig);
    if (!(error instanceof UserError)) throw error;
    alert(error.message);
    return answerOnly(notKept);
  }
}

/** Reports the progress of a message, from its first byte on. */
async function* watched(pieces: AsyncIterable<Buffer>, progress: SessionProgress): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    progress.started();
    bytes += piece.length;
    if (bytes >= fewBytes) {
      progress.active();
      bytes = 0;
    }
    yield piece;
  }
}

function answerOnly(answer: string): NotKept {
  return { answer, [Symbol.asyncDispose]: async () => {} };
}

/** Hands a message that was kept to the queue. @returns the answer: K, Z or D and a text */
export async function queueKept(
  { accept, clock, alert, queued }: PackageSession,
  kept: Spooled,
  envelope: Envelope,
): Promise<string> {
  const result: Accepted | undefined = await accept(kept.message, envelope, 'network').catch(error => {
    alert(`a message was not queued: ${reasonOf(error)}`);
    return undefined;
  });
  if (!result) return notQueued;
  if (!result.ok) return `${result.permanent ? 'D' : 'Z'}${result.text}`;
  const { sender, recipients } = envelope;
  queued({ sizeBytes: kept.sizeBytes, sender, recipients: recipients.length, qp: result.qp });
  return `Kok ${nowSec(clock)} qp ${result.qp}`;
}

/** An address, or undefined for one that is too long or has control bytes. */
export async function readAddress(input: NetstringReader, bytes: number): Promise<string | undefined> {
  if (bytes > maxAddressBytes) {
    await input.skip(bytes);
    return undefined;
  }
  const address = (await input.bytes(bytes)).toString('latin1');
  return hasControls(address) ? undefined : address;
}

const answersAtOnce = 500;

/** Sends the replies, one for each recipient; other clients are served in between, as there may be a million of them. */
export async function answerAll(
  { write }: PackageSession,
  count: number,
  answerTo: (at: number) => string,
): Promise<void> {
  for (let from = 0; from < count; from += answersAtOnce) {
    const length = Math.min(answersAtOnce, count - from);
    await write(Buffer.concat(Array.from({ length }, (_, at) => netstring(answerTo(from + at)))));
    await turn();
  }
}

/** Serves until it ends or throws. @returns the exit code of qmail-qmtpd and qmail-qmqpd */
export async function exitCodeOf(serve: () => Promise<void>): Promise<number> {
  try {
    await serve();
    return 0;
  } catch (error) {
    // The client left, sent nonsense, or exceeded a limit; or the host's own files cannot be read.
    if (error instanceof EndOfInput) return 0;
    if (error instanceof BadNetstring) return 100;
    if (error instanceof TooLong || error instanceof UserError) return 111;
    throw error;
  }
}
