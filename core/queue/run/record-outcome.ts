// Records the outcome for a recipient so that no crash loses it: first the paragraph of the bounce, then the mark, each on disk
// before the next one.
import type { Channel } from '../../control/classify.ts';
import { stripPrepend } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import { type RecipientDsn, rulesOut } from '../../paper-path/dsn.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import { appendBounce, bounceParagraph } from '../bounce/bounce.ts';
import { failureFields } from '../files/failure-fields.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { PendingRecipient, RecipientReader } from '../files/recipients.ts';
import type { Journal } from '../journal/journal.ts';
import type { Successes } from '../notices/successes.ts';
import type { QueueLog } from '../queue-log.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

/** What recording needs. */
export interface RecordDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly log: QueueLog;
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  /** Resolves when the files that deliveries have written so far are durable. @throws when the disk refuses */
  readonly syncWritten: () => Promise<void>;
  /** Deliveries of messages in the journal leave it to the next checkpoint to make them durable. */
  readonly defersSync: boolean;
  /** Waits, used only while the disk refuses to record a failure. @returns false at once when the host is to stop */
  readonly wait: (delayMs: number) => Promise<boolean>;
  readonly successes: Successes;
}

/** Records the outcomes of one message on one channel. */
export interface OutcomeRecorder {
  /**
   * @param by whether an attempt led to the outcome, or an order of the owner
   * @param durably the promise resolves when the mark is synced
   * @returns true when the recipient is done; false: it stays pending
   */
  record(recipient: PendingRecipient, outcome: Outcome, by: 'attempt' | 'order', durably?: 'durably'): Promise<boolean>;
}

const bounceRetryMs = 10_000;

/**
 * @param wishOf what the sender wants to be told of a recipient
 * @param reader the open channel, whose marks are cheap; it is from the store that the message is in now
 */
export function createOutcomeRecorder(
  deps: RecordDeps,
  message: QueuedMessage,
  channel: Channel,
  reader: Pick<RecipientReader, 'mark'>,
  wishOf: (recipient: PendingRecipient) => RecipientDsn | undefined,
): OutcomeRecorder {
  const { layout, log, journal } = deps;
  const { id, bornSec, store: opened } = message;

  /**
   * The paragraph is on disk before anything there can say that the recipient is done.
   * @returns false when the host stops before the disk takes it: the next host tries the recipient again
   */
  async function recordFailure(recipient: PendingRecipient, outcome: Exclude<Outcome, { kind: 'done' }>) {
    const paragraph = bounceParagraph(stripPrepend(recipient.address, deps.control()), outcome.text);
    const wish = wishOf(recipient);
    if (rulesOut(wish, 'FAILURE')) return true;
    const fields = failureFields({ ...outcome, orcpt: wish?.orcpt });
    for (;;) {
      try {
        const offset = appendBounce(layout, message, paragraph, fields);
        message.failed = true;
        await commitOrNote({ type: 'failed', id, bornSec, offset, paragraph, fields });
        return true;
      } catch {
        log.alert('unable to append to bounce message; HELP! sleeping...');
        if (!(await deps.wait(bounceRetryMs))) return false;
      }
    }
  }

  /**
   * A mark must not outlive its delivery: if only a checkpoint will make the delivery durable, the mark is only in the journal.
   * @returns false when the disk refuses: the recipient is not done, and the journal must not say that it is
   */
  async function mark(recipient: PendingRecipient): Promise<boolean> {
    try {
      // A message that was moved to its files while the channel was open has its marks there too.
      if (message.store !== opened) {
        if (channel === 'local') await deps.syncWritten();
        message.store.mark(id, channel, recipient.offset);
      }
      reader.mark(recipient);
      return true;
    } catch {
      log.warning(`trouble marking ${layout[channel](id)}; message will be delivered twice!`);
      return false;
    }
  }

  /** What cannot be committed now is kept in memory until the disk takes it. */
  async function commitOrNote(record: Parameters<Journal['commit']>[0]): Promise<void> {
    await journal.commit(record).catch(() => journal.note(record));
  }

  return {
    async record(recipient, outcome, by, durably) {
      if (outcome.kind === 'later') return false;
      if (outcome.kind === 'never' && !(await recordFailure(recipient, outcome))) return false;
      const isDelivery = outcome.kind === 'done' && by === 'attempt';
      if (isDelivery) await deps.successes.tell(message, channel, recipient.address, wishOf(recipient), outcome);
      const sure = channel === 'remote' || !isDelivery || !message.store.raw || !deps.defersSync;
      if (!(await mark(recipient))) return false;
      const record = { type: 'marked', id, bornSec, channel, offset: recipient.offset, sure } as const;
      if (durably) await commitOrNote(record);
      else journal.note(record);
      return true;
    },
  };
}
