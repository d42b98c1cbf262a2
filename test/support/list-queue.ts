// A queue that is a list in memory, for tests of code that submits messages.
import type { Accept, Accepted } from '../../core/paper-path/shapes.ts';

/** What the queue was given: the bytes as text (byte string), the envelope as qmail-queue reads it. */
export interface Taken {
  readonly text: string;
  readonly envelope: string;
}

export interface ListQueue {
  readonly accept: Accept;
  readonly taken: Taken[];
  /** How many messages the queue was given so far, with those of which it did not get the end. */
  handed(): number;
  readonly failures: unknown[];
}

/** @param answer undefined: accepted */
export function listQueue(answer?: (taken: Taken) => Accepted | Promise<Accepted>): ListQueue {
  const taken: Taken[] = [];
  const failures: unknown[] = [];
  let handed = 0;
  return {
    taken,
    failures,
    handed: () => handed,
    async accept(source, envelope) {
      handed++;
      const pieces: Uint8Array[] = [];
      try {
        for await (const piece of source) pieces.push(piece);
      } catch (error) {
        failures.push(error);
        throw error;
      }
      const message = {
        text: Buffer.concat(pieces).toString('latin1'),
        envelope: `F${envelope.sender}\0${envelope.recipients.map(r => `T${r}\0`).join('')}\0`,
      };
      const result = (await answer?.(message)) ?? { ok: true, id: 1, qp: 4056 };
      if (result.ok) taken.push(message);
      return result;
    },
  };
}
