// The messages that a delivery queues: copies of its message for the forward lines of a .qmail file (qmail-local: mailforward), and
// messages that programs create.
import type { Queued } from '../../paper-path/builtin-program.ts';
import type { Accept, Envelope, Invoker, MessageSource } from '../../paper-path/shapes.ts';
import type { ForwardedDsn } from '../forwarded-dsn.ts';
import type { Message } from './message.ts';
import { lasting, MessageReadError } from './message-reader.ts';

/** How a delivery queues new messages. */
export interface NewMessages {
  /** Queues the delivered message unchanged, with `head` on top, for `envelope`. */
  readonly forward: (head: string, envelope: Envelope) => Promise<Queued>;
  /** Queues another message. Errors of the source are thrown. */
  readonly queue: (source: MessageSource, envelope: Envelope) => Promise<Queued>;
}

/** The invoker of messages that a delivery queues. @param alias the user of the delivery is alias */
export function invokerOf(uid: number, alias: boolean): Invoker {
  return alias ? { uid, as: 'alias' } : { uid };
}

/**
 * @param message the delivered message
 * @param forwarded what goes along with forwards; undefined: nothing was said
 */
export function createNewMessages(
  accept: Accept,
  message: Message,
  invoker: Invoker,
  forwarded?: Pick<ForwardedDsn, 'of'>,
): NewMessages {
  return {
    async forward(head, envelope) {
      try {
        return await accept(copy(Buffer.from(head, 'latin1'), message), forwarded?.of(envelope) ?? envelope, invoker);
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

/** The queue may keep pieces, so each needs its own memory. */
async function* stream(head: Uint8Array, message: Message): AsyncGenerator<Uint8Array> {
  yield head;
  yield* lasting(message.pieces());
}
