// Receives one message from a program over run/queue.sock (qmail-queue's contract). The message goes from the socket to the disk
// piece by piece; only the envelope is held in memory, and all envelopes together have a limit.
import type { Clock } from '../../lib/clock.ts';
import {
  BadNetstring,
  createNetstringReader,
  EndOfInput,
  type NetstringReader,
  TooLong,
} from '../../lib/net/netstring.ts';
import type { Accept, Accepted, Refused } from '../../paper-path/shapes.ts';
import { refusal } from '../qq-codes.ts';
import type { MemoryQuota } from './memory-quota.ts';
import { maxEnvelopeBytes, pieceBytes } from './protocol.ts';
import { heldFor, readEnvelope } from './read-envelope.ts';

export interface SessionDeps {
  readonly accept: Accept;
  readonly clock: Clock;
  /** Largest message; 0: no limit. @throws when the control files cannot be read now */
  readonly maxBytes: () => number;
  /** Memory for envelopes, here and in the queue until it answers. */
  readonly memory: MemoryQuota;
  /** A program is cut off when it is silent for so long, or when it was waited for so long in all. */
  readonly silentMs: number;
  readonly slowMs: number;
}

/** The message is refused, and the program gets this answer. */
class MessageRefused extends Error {
  readonly refused: Refused;
  constructor(refused: Refused) {
    super(refused.text);
    this.refused = refused;
  }
}

/**
 * @param input what the program sends
 * @param cut ends the connection, so that `input` ends
 * @returns the answer; undefined: the program is gone, was cut off, or does not speak this protocol; nothing was queued
 * @throws what the accept or the control files throw; nothing was queued then either
 */
export async function serveClient(
  input: AsyncIterable<Uint8Array>,
  uid: number,
  cut: () => void,
  deps: SessionDeps,
): Promise<Accepted | undefined> {
  const reader = createNetstringReader(patient(input, cut, deps));
  let held = 0;
  function take(bytes: number): boolean {
    if (!deps.memory.take(uid, bytes)) return false;
    held += bytes;
    return true;
  }
  try {
    const envelopeBytes = await reader.length(maxEnvelopeBytes);
    if (envelopeBytes > maxEnvelopeBytes || !take(heldFor(envelopeBytes))) return refusal(51);
    const envelope = await readEnvelope(reader.pieces(envelopeBytes), take);
    if ('code' in envelope) return envelope;
    await reader.comma();
    return await deps.accept(message(reader, deps.maxBytes()), envelope, { uid });
  } catch (error) {
    if (error instanceof MessageRefused) return error.refused;
    if (error instanceof TooLong) return refusal(51);
    if (error instanceof EndOfInput || error instanceof BadNetstring) return undefined;
    throw error;
  } finally {
    deps.memory.giveBack(uid, held);
  }
}

/** Joins small pieces into pieces of up to 64 KB: each costs the queue more than its bytes. */
async function* message(reader: NetstringReader, maxBytes: number): AsyncGenerator<Uint8Array> {
  let gathered = Buffer.allocUnsafe(pieceBytes);
  let filled = 0;
  for (let sizeBytes = 0; ; ) {
    const length = await reader.length(pieceBytes);
    if (length > pieceBytes) throw new TooLong('a piece is too long');
    sizeBytes += length;
    if (maxBytes > 0 && sizeBytes > maxBytes) throw new MessageRefused(tooLarge(maxBytes));
    if (filled > 0 && (length === 0 || filled + length > pieceBytes)) {
      yield gathered.subarray(0, filled);
      gathered = Buffer.allocUnsafe(pieceBytes);
      filled = 0;
    }
    for await (const piece of reader.pieces(length)) filled += piece.copy(gathered, filled);
    await reader.comma();
    if (length === 0) return;
  }
}

function tooLarge(maxBytes: number): Refused {
  const text = `message is larger than the ${maxBytes} bytes that control/databytes allows (#5.3.4)`;
  return { ok: false, code: 31, permanent: true, text };
}

/** The bytes as they come, with the two time limits. Only the time spent waiting for the program counts. */
async function* patient(
  input: AsyncIterable<Uint8Array>,
  cut: () => void,
  { clock, silentMs, slowMs }: SessionDeps,
): AsyncGenerator<Uint8Array> {
  const pieces = input[Symbol.asyncIterator]();
  let leftMs = slowMs;
  for (;;) {
    const sinceMs = clock.nowMs();
    const cancel = clock.after(Math.min(silentMs, Math.max(leftMs, 0)), cut);
    const next = await pieces.next().finally(cancel);
    if (next.done) return;
    leftMs -= Math.max(clock.nowMs() - sinceMs, 0);
    yield next.value;
  }
}
