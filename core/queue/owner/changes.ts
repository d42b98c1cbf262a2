// Carries out orders of the owner on the messages that they name, one order after the other: each starts with what the one
// before has left.
import { type ApiError, refusal } from '../../api/errors.ts';
import type { QueueChange, QueueChoice } from '../../api/queue.ts';
import type { Channel } from '../../control/classify.ts';
import { createInOrder } from '../../lib/in-order.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { displayAddress } from '../../message/address.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';

/** True for recipients that an order is about. */
export type Chosen = (recipient: { channel: Channel; address: string }) => boolean;

export interface Changes {
  /** @param one changes one message @throws ApiError `gone` when none of the messages is in the queue, `failed` otherwise */
  change(
    choice: QueueChoice,
    one: (message: QueuedMessage, chosen: Chosen) => Promise<QueueChange>,
  ): Promise<QueueChange>;
  /** From now on orders are refused; resolves when those that came before are done. */
  close(): Promise<unknown>;
}

/** Messages changed at the same time: their fsyncs overlap. */
const width = 32;

/** @param changed called after each order */
export function createChanges(queued: Pick<QueuedMessages, 'all'>, changed: () => void): Changes {
  const inOrder = createInOrder();
  let closed = false;

  return {
    async change({ ids, bornMs, recipient }, one) {
      const chosen: Chosen = ({ channel, address }) =>
        !recipient || (displayAddress(address) === recipient.address && (recipient.channel ?? channel) === channel);
      const meant = [...new Set(ids)]
        .flatMap(id => queued.all.get(id) ?? [])
        .filter(({ bornSec }) => bornMs === undefined || bornSec * 1000 === bornMs);
      if (closed) throw refusal('stopping', {});
      return inOrder(async () => {
        // While the order waited, a number may have become another message's.
        const messages = meant.filter(message => queued.all.get(message.id) === message);
        if (messages.length === 0) throw gone(ids);
        const total = { changed: 0, busy: 0 };
        try {
          for (let at = 0; at < messages.length; at += width) {
            const group = messages.slice(at, at + width).map(message => one(message, chosen));
            for (const count of await allOf(group)) {
              total.changed += count.changed;
              total.busy += count.busy;
            }
          }
        } catch (error) {
          throw refusal('queue-unchanged', { why: reasonOf(error) }, { cause: error });
        } finally {
          changed();
        }
        return total;
      });
    },
    close() {
      closed = true;
      return inOrder(async () => {});
    },
  };
}

/** The error for messages that are not in the queue (any more). */
export function gone(ids: readonly number[]): ApiError {
  const [id] = ids;
  return ids.length === 1 && id !== undefined
    ? refusal('message-not-queued', { id })
    : refusal('messages-not-queued', {});
}

/** The results of all, after all have ended. @throws the first failure */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
