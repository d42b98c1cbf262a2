// Decisions of the owner about pending recipients, recorded without an attempt.
import type { Channel } from '../../control/classify.ts';
import { nextTurn } from '../../lib/process/next-turn.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import type { PendingRecipient } from '../files/recipients.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';
import type { ChannelPasses } from './channel-passes.ts';

/** What is decided, and about which recipients. */
interface Decision {
  readonly wanted: (recipient: PendingRecipient) => boolean;
  readonly outcome: Outcome;
  /** Called for each recipient before its outcome is recorded. */
  readonly decided: (recipient: PendingRecipient) => void;
}

/** How many recipients were decided, and how many were left alone because they are being tried. */
interface DecisionCount {
  readonly changed: number;
  readonly busy: number;
}

export interface Orders {
  /** Durable when it resolves. @throws when the channel file cannot be read */
  decide(message: QueuedMessage, channel: Channel, decision: Decision): Promise<DecisionCount>;
  /** How many are being carried out. */
  readonly underWay: number;
}

/** Recipients recorded in one go, so that the event loop is never blocked for long. */
const sliceRecipients = 200;

/** @param ended called when an order has been carried out */
export function createOrders(
  passes: Readonly<Record<Channel, Pick<ChannelPasses, 'passForOrder' | 'endIfFinished'>>>,
  ended: () => void,
): Orders {
  let underWay = 0;
  return {
    async decide(message, channel, { wanted, outcome, decided }) {
      const pass = passes[channel].passForOrder(message);
      if (!pass) return { changed: 0, busy: 0 };
      underWay++;
      try {
        const { claimed, busy } = pass.claim(wanted);
        for (const [index, recipient] of claimed.entries()) {
          decided(recipient);
          await pass.record(recipient, outcome, index === claimed.length - 1 ? 'durably' : undefined);
          if (index % sliceRecipients === sliceRecipients - 1) await nextTurn();
        }
        return { changed: claimed.length, busy };
      } finally {
        underWay--;
        passes[channel].endIfFinished(pass);
        ended();
      }
    },
    get underWay() {
      return underWay;
    },
  };
}
