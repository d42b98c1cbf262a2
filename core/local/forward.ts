// Puts a copy of the message into the queue, for the forward lines of a .qmail file (qmail-local: mailforward).
import type { Accept, Invoker, MessageSource } from '../lib/paper-path.ts';
import { MessageReadError, messagePieces } from './message-reader.ts';
import type { Forward } from './qmail-local.ts';

/** @param messageFd the queued message, open; the copy is it, byte for byte, below the line that is put on top */
export function createForward(accept: Accept, messageFd: number, invoker: Invoker): Forward {
  return async (head, envelope) => {
    try {
      return await accept(copy(head, messageFd), envelope, invoker);
    } catch (error) {
      if (!(error instanceof MessageReadError)) throw error;
      return { ok: false, code: 54, permanent: false, text: 'qq read error (#4.3.0)' };
    }
  };
}

async function* copy(head: string, messageFd: number): MessageSource & AsyncGenerator<Uint8Array> {
  yield Buffer.from(head, 'latin1');
  yield* messagePieces(messageFd);
}
