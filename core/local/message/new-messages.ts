// What a delivery puts into the queue: copies of the message, for the forward lines of a .qmail file (qmail-local:
// mailforward), and what programs make.
import type { Queued } from '../../paper-path/own-program.ts';
import type { Accept, Envelope, Invoker, MessageSource } from '../../paper-path/shapes.ts';
import type { Message } from './message.ts';
import { lasting, MessageReadError } from './message-reader.ts';

/** How a delivery makes new messages. */
export interface NewMessages {
  /** Puts the delivered message, byte for byte, with `head` on top, into the queue for `envelope`. */
  readonly forward: (head: string, envelope: Envelope) => Promise<Queued>;
  /** Puts another message into the queue; an error of the source is passed on. */
  readonly queue: (source: MessageSource, envelope: Envelope) => Promise<Queued>;
}

/** Who queues what a delivery makes. @param alias the delivery is that of the user alias */
export function invokerOf(uid: number, alias: boolean): Invoker {
  return alias ? { uid, as: 'alias' } : { uid };
}

/** @param message the delivered message */
export function createNewMessages(accept: Accept, message: Message, invoker: Invoker): NewMessages {
  return {
    async forward(head, envelope) {
      try {
        return await accept(copy(Buffer.from(head, 'latin1'), message), envelope, invoker);
      } catch (error) {
        if (!(error instanceof MessageReadError)) throw error;
        return { ok: false, code: 54, permanent: false, text: 'qq read error (#4.3.0)' };
      }
    },
    queue: (source, envelope) => accept(source, envelope, invoker),
  };
}

function copy(head: Uint8Array, message: Message): MessageSource {
  const whole = message.whole();
  return whole ? [head, whole] : stream(head, message);
}

/** The queue may keep pieces, and these do not last. */
async function* stream(head: Uint8Array, message: Message): AsyncGenerator<Uint8Array> {
  yield head;
  yield* lasting(message.pieces());
}
