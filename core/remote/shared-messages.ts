// Messages that are being sent now. Deliveries of one message at the same time share one reading, one scan and one copy for the wire:
// a thousand recipients cost little more than one. Invariant: nothing is kept of a message that no delivery holds, because its number
// may be reused.
import { hasUtf8Address } from '../message/header/utf8-addresses.ts';
import { type Obstacle, planReencoding, type Target } from '../message/reencode/plan.ts';
import { reencoded } from '../message/reencode/reencode.ts';
import { filePieces, type OutgoingMessage, wholeMessage } from './outgoing-message.ts';
import {
  encodeChunk,
  encodeWhole,
  inspectMessage,
  inspectWhole,
  type MessageFacts,
  type Pieces,
  readSmall,
  type WirePiece,
  wirePieces,
} from './smtp/data.ts';

/** A message as SMTP sends it. */
export interface WireMessage {
  readonly facts: MessageFacts;
  /** An address in its header needs SMTPUTF8. */
  readonly utf8Address: boolean;
  /** Its bytes on the wire; a small message is one piece. @throws Error if the file cannot be read */
  pieces(): Iterable<WirePiece> | AsyncIterable<WirePiece>;
  /** All of it as one chunk (BDAT), if it is so small that it can be sent before the recipients are accepted. */
  chunk?(): Buffer;
  /** The same message encoded for servers that cannot take it as it is. @throws Error if the file cannot be read */
  encodedFor(target: Target): Promise<Encoded>;
}

/** A message that was encoded, or what stands in the way. */
type Encoded =
  | { readonly kind: 'encoded'; readonly message: WireMessage }
  | { readonly kind: 'impossible'; readonly why: Obstacle };

/** The messages that deliveries are using. */
export interface SharedMessages {
  /** The message of a delivery, until it is disposed of. @throws Error if it cannot be read */
  hold(message: OutgoingMessage): Promise<WireMessage & Disposable>;
}

/** A message in memory is its own key, because reading `path` would make the queue write the file; so is another head. */
type Key = OutgoingMessage['head'] | Uint8Array | string;

interface Entry {
  readonly message: WireMessage | Promise<WireMessage>;
  readonly heldBytes: number;
  holders: number;
}

/** Larger messages are read piece by piece, separately for each recipient. */
const smallBytes = 256 * 1024;
/** About what TCP sends before the first acknowledgement. */
const chunkBytes = 16 * 1024;
/** Maximum memory for all small messages together; further ones are read piece by piece too. */
const roomBytes = 16 * 1024 * 1024;

export function createSharedMessages(): SharedMessages {
  const entries = new Map<Key, Entry>();
  let freeBytes = roomBytes;

  function enter(key: Key, job: OutgoingMessage): Entry {
    const entry = open(job, Math.min(smallBytes, freeBytes));
    freeBytes -= entry.heldBytes;
    entries.set(key, entry);
    return entry;
  }

  function letGo(key: Key, entry: Entry): void {
    if (--entry.holders > 0) return;
    entries.delete(key);
    freeBytes += entry.heldBytes;
  }

  return {
    async hold(job) {
      const key = job.head ?? job.raw ?? job.path;
      const entry = entries.get(key) ?? enter(key, job);
      entry.holders++;
      try {
        const message = await entry.message;
        return { ...message, [Symbol.dispose]: () => letGo(key, entry) };
      } catch (error) {
        letGo(key, entry);
        throw error;
      }
    },
  };
}

/** @param limitBytes up to this size the message is kept in memory */
function open(job: OutgoingMessage, limitBytes: number): Entry {
  const { head } = job;
  const stored = job.raw && job.raw.length <= limitBytes ? job.raw : readSmall(job.path, limitBytes);
  if (!stored) {
    const { path } = job;
    return { message: openLarge(() => filePieces(path, head)), heldBytes: 0, holders: 0 };
  }
  const raw = wholeMessage(stored, head);
  return { message: messageInMemory(raw), heldBytes: raw.length, holders: 0 };
}

/** A small message. */
export function messageInMemory(raw: Uint8Array): WireMessage {
  const facts = inspectWhole(raw);
  const pieces = [{ raw: encodeWhole(raw), isLast: true }];
  return {
    facts,
    utf8Address: facts.eightBitHeader && hasUtf8Address(raw),
    pieces: () => pieces,
    ...(facts.wireBytes <= chunkBytes && { chunk: () => encodeChunk(raw) }),
    encodedFor: encoderOf(() => [raw]),
  };
}

async function openLarge(source: () => Pieces): Promise<WireMessage> {
  const facts = await inspectMessage(source());
  return {
    facts,
    utf8Address: facts.eightBitHeader && hasUtf8Address(await firstOf(source())),
    pieces: () => wirePieces(source()),
    encodedFor: encoderOf(source),
  };
}

async function firstOf(source: Pieces): Promise<Uint8Array> {
  for await (const piece of source) return piece;
  return new Uint8Array();
}

/** Each way of encoding the message is planned once. */
function encoderOf(source: () => Pieces): WireMessage['encodedFor'] {
  const kept = new Map<Target, Promise<Encoded>>();
  return target => {
    const known = kept.get(target) ?? encode(source, target);
    kept.set(target, known);
    return known;
  };
}

async function encode(source: () => Pieces, target: Target): Promise<Encoded> {
  const plan = await planReencoding(source(), target);
  if (plan.kind === 'impossible') return plan;
  const encodedSource = () => reencoded(source(), plan);
  return { kind: 'encoded', message: await openLarge(encodedSource) };
}
