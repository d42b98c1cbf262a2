// Tells senders that have asked for it that their message has arrived (RFC 3461, NOTIFY=SUCCESS). The notice is queued before the
// recipient is marked as done: a kill in between delivers again and tells again, and no notice is lost. Recipients of a message that
// end while one notice is being queued share the next one.
import { type Channel, stripPrepend } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { asksFor, type RecipientDsn } from '../../paper-path/dsn.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import { headOf } from '../bounce/message-head.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { QueueLog } from '../queue-log.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';
import { hasReader, queueNotice } from './status-notice.ts';
import { type Arrived, type SuccessAction, successNotice } from './success-notice.ts';

export interface SuccessDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly clock: Clock;
  readonly accept: Accept;
  readonly log: Pick<QueueLog, 'succeeded' | 'warning'>;
}

export interface Successes {
  /** Resolves when the sender is told, if that was asked for, or cannot be told. */
  tell(
    message: QueuedMessage,
    channel: Channel,
    address: string,
    wish: RecipientDsn | undefined,
    outcome: Outcome,
  ): Promise<void>;
}

/** The recipients of one message that wait for their notice. */
interface Waiting {
  readonly recipients: Arrived[];
  /** Settles when the notice before is queued, and then theirs. */
  readonly told: Promise<void>;
}

/** What the sender is told; undefined: nothing by this host. */
function actionOf(channel: Channel, outcome: Outcome): SuccessAction | undefined {
  if (outcome.kind !== 'done' || outcome.handedOn === 'next') return undefined;
  return outcome.handedOn ?? (channel === 'remote' ? 'relayed' : 'delivered');
}

export function createSuccesses(deps: SuccessDeps): Successes {
  const { layout, log } = deps;
  const waiting = new WeakMap<QueuedMessage, Waiting>();
  const underWay = new WeakMap<QueuedMessage, Promise<void>>();

  async function send(message: QueuedMessage, recipients: readonly Arrived[]): Promise<void> {
    const { id, store, bornSec } = message;
    try {
      const about = { sender: store.sender(id), bornSec, envid: store.dsn(id)?.envid, head: headOf(layout, message) };
      const notice = successNotice(about, recipients, deps.control(), deps.clock.nowMs());
      log.succeeded(id, await queueNotice(deps.accept, notice));
    } catch (error) {
      // What was delivered is not delivered again for the sake of its notice.
      log.warning(`the sender of message ${id} could not be told of its delivery: ${reasonOf(error)}`);
    }
  }

  /** Until the one before is queued, others may join. */
  async function sendAfter(
    before: Promise<void> | undefined,
    message: QueuedMessage,
    recipients: readonly Arrived[],
  ): Promise<void> {
    await before;
    waiting.delete(message);
    await send(message, recipients);
  }

  return {
    async tell(message, channel, address, wish, outcome) {
      const action = actionOf(channel, outcome);
      if (!action || !asksFor(wish, 'SUCCESS') || !hasReader(message.store.sender(message.id))) return;
      const arrived = { address: stripPrepend(address, deps.control()), orcpt: wish?.orcpt, action };
      const joined = waiting.get(message);
      if (joined) {
        joined.recipients.push(arrived);
        return joined.told;
      }
      const recipients = [arrived];
      const told = sendAfter(underWay.get(message), message, recipients);
      waiting.set(message, { recipients, told });
      underWay.set(message, told);
      return told;
    },
  };
}
