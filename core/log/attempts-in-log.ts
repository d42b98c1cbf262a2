// What the delivery log says about recipients that still wait: how often they were tried, and the last report. With it the
// queue view shows reports again after a restart.
import { wordsOfField } from '../log-lines/field.ts';
import type { DeliveryEnd } from '../log-lines/queue/delivery-end.ts';
import type { DeliveryFields } from '../log-lines/queue/delivery-fields.ts';
import type { DeliveryStart } from '../log-lines/queue/delivery-start.ts';
import { parseQueueLine } from '../log-lines/queue/queue-line.ts';
import type { OutcomeFields } from '../paper-path/outcome.ts';

/** Gets what the log says, in its order. */
export interface AttemptsRecalled {
  /**
   * An attempt has ended. @param recipient as the log writes it
   * @param how `said` and the answer's words are as near to the report as the log is: its blanks and other odd bytes became `_`
   */
  recall(
    id: number,
    channel: 'local' | 'remote',
    recipient: string,
    how: OutcomeFields & { readonly said: string },
  ): void;
  /** The message ended, or another one got its number: what was recalled does not belong to the one that waits. */
  forget(id: number): void;
}

/** A delivery that has started. An earlier version wrote no fields. */
interface Delivery extends Pick<DeliveryStart, 'id' | 'channel' | 'recipient'> {
  fields?: DeliveryFields;
}

/** Reads lines of the log, oldest first. @param isWanted other messages are skipped */
export function recallAttempts(
  lines: Iterable<{ text: string }>,
  isWanted: (id: number) => boolean,
  into: AttemptsRecalled,
): void {
  /** By delivery number; a host that starts counts from 1 again. */
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
      // Numbers are used again.
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
