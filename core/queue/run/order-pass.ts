// A pass that tries no recipient: it carries out an order of the owner, beside the schedule.
import type { Channel } from '../../control/classify.ts';
import { dsnOf } from '../files/dsn-file.ts';
import { hasPending } from '../store/message-store.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';
import { createClaims } from './claims.ts';
import { closeChannel, keepDueTime } from './close-channel.ts';
import type { ClaimablePass, PassDeps } from './pass.ts';
import { createOutcomeRecorder } from './record-outcome.ts';

/**
 * @param dueSec when the channel was due before the order, and is again when recipients are left
 * @throws when the channel file cannot be opened
 */
export function openOrderPass(
  deps: PassDeps,
  message: QueuedMessage,
  channel: Channel,
  startSec: number,
  dueSec: number,
): ClaimablePass {
  const { id, store: opened } = message;
  const reader = opened.pending(id, channel);
  const dsn = opened.dsn(id);
  const recorder = createOutcomeRecorder(deps, message, channel, reader, ({ offset }) => dsnOf(dsn, channel, offset));
  const { out, claim } = createClaims(() => opened.pending(id, channel));

  return {
    id,
    channel,
    message,
    claim,
    async record(recipient, outcome, durably) {
      await recorder.record(recipient, outcome, 'order', durably);
      out.delete(recipient.offset);
    },
    isOut: offset => out.has(offset),
    get finished() {
      return out.size === 0;
    },
    close() {
      reader.close();
      return closeChannel(deps, message, channel, startSec, () => {
        if (!hasPending(opened, id, channel)) return undefined;
        keepDueTime(deps, message, channel, dueSec, startSec);
        return dueSec;
      });
    },
  };
}
