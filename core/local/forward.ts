// Puts a copy of the message into the queue, for the forward lines of a .qmail file (qmail-local: mailforward).
import type { Accept, Invoker, MessageSource } from '../lib/paper-path.ts';
import type { Message } from './message.ts';
import { MessageReadError } from './message-reader.ts';
import type { Forward } from './qmail-local.ts';

/** @param message the queued message; the copy is it, byte for byte, below the line that is put on top */
export function createForward(accept: Accept, message: Message, invoker: Invoker): Forward {
  return async (head, envelope) => {
    try {
      return await accept(copy(Buffer.from(head, 'latin1'), message), envelope, invoker);
    } catch (error) {
      if (!(error instanceof MessageReadError)) throw error;
      return { ok: false, code: 54, permanent: false, text: 'qq read error (#4.3.0)' };
    }
  };
}

function copy(head: Uint8Array, message: Message): MessageSource {
  const whole = message.whole();
  return whole ? [head, whole] : stream(head, message);
}

/** The queue may keep pieces, and these do not last. */
async function* stream(head: Uint8Array, message: Message): AsyncGenerator<Uint8Array> {
  yield head;
  for await (const piece of message.pieces()) yield Uint8Array.from(piece);
}
