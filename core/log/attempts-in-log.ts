// Reads from the delivery log how often waiting recipients were tried, and their last reports, so that the queue view shows
// reports again after a restart.
import { wordsOfField } from '../log-lines/field.ts';
import type { DeliveryEnd } from '../log-lines/queue/delivery-end.ts';
import type { DeliveryFields } from '../log-lines/queue/delivery-fields.ts';
import type { DeliveryStart } from '../log-lines/queue/delivery-start.ts';
import { parseQueueLine } from '../log-lines/queue/queue-line.ts';
import type { OutcomeFields } from '../paper-path/outcome.ts';

/** Receives the attempts that the log shows, in its order. */
export interface AttemptsRecalled {
  /**
   * An attempt has ended. @param recipient as the log writes it
   * @param how `said` and the server's reply are as close to the report as the log allows: blanks and other odd bytes became
   * `_`
   */
  recall(
    id: number,
    channel: 'local' | 'remote',
    recipient: string,
    how: OutcomeFields & { readonly said: string },
  ): void;
  /** The message ended, or its number is now another's: what was recalled does not belong to the waiting one. */
  forget(id: number): void;
}

/** A delivery that has started. Logs of an earlier version have no fields. */
interface Delivery extends Pick<DeliveryStart, 'id' | 'channel' | 'recipient'> {
  fields?: DeliveryFields;
}

/** Reads lines of the log, oldest first. @param isWanted other messages are skipped */
export function recallAttempts(
  lines: Iterable<{ text: string }>,
  isWanted: (id: number) => boolean,
  into: AttemptsRecalled,
): void {
  /** By delivery number; each start of the host counts from 1. */
  const running = new Map<number, Delivery>();

  for (const { text } of lines) {
    const line = parseQueueLine(text);
    switch (line?.kind) {
      case 'starting':
        if (isWanted(line.id)) running.set(line.delivery, line);
        else running.delete(line.delivery);
        break;
      case 'fields': {
        const found = running.get(line.delivery);
        if (found) running.set(line.delivery, { ...found, fields: line });
        break;
      }
      case 'ended':
        end(line);
        break;
      case 'exiting':
        running.clear();
        break;
      // Message numbers are used again.
      case 'new':
      case 'end':
        into.forget(line.id);
    }
  }

  function end({ delivery, report }: DeliveryEnd): void {
    const found = running.get(delivery);
    if (!found) return;
    running.delete(delivery);
    const { id, channel, recipient, fields: { status, answer } = {} } = found;
    into.recall(id, channel, recipient, {
      said: wordsOfField(report),
      status,
      answer: answer && { ...answer, words: wordsOfField(answer.words) },
    });
  }
}
