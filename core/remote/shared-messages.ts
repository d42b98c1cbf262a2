// Messages that are being sent now. Deliveries of one message at the same time share one reading, one scan and one copy for the wire:
// a thousand recipients cost little more than one. Invariant: nothing is kept of a message that no delivery holds, because its number
// may be reused.
import { type OutgoingMessage, wholeMessage } from './outgoing-message.ts';
import {
  encodeWhole,
  inspectMessage,
  inspectWhole,
  type MessageFacts,
  readSmall,
  type WirePiece,
  wirePieces,
} from './smtp-data.ts';

/** A message as SMTP sends it. */
export interface WireMessage {
  readonly facts: MessageFacts;
  /** Its bytes on the wire; a small message is one piece. @throws Error if the file cannot be read */
  pieces(): Iterable<WirePiece> | AsyncIterable<WirePiece>;
}

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
        const { facts, pieces } = await entry.message;
        return { facts, pieces, [Symbol.dispose]: () => letGo(key, entry) };
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
    const message = inspectMessage(path, head).then(facts => ({ facts, pieces: () => wirePieces(path, head) }));
    return { message, heldBytes: 0, holders: 0 };
  }
  const raw = wholeMessage(stored, head);
  const wire = encodeWhole(raw);
  const pieces = [{ raw: wire, isLast: true }];
  return { message: { facts: inspectWhole(raw), pieces: () => pieces }, heldBytes: wire.length, holders: 0 };
}
