// What the delivery log tells of recipients that still wait: how often they were tried and what was said last. So the queue
// place is not empty of words after a restart.
import { type OutcomeFields, parseOutcomeLine } from '../log-lines/queue/delivery-fields.ts';

/** Takes in what the log tells, in its order. */
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
  /** The message ended, or another one got its number: what was told is not of the one that waits. */
  forget(id: number): void;
}

/** A delivery that has begun. */
interface Delivery {
  readonly id: number;
  readonly channel: 'local' | 'remote';
  readonly recipient: string;
  /** The line before its end may have them; an earlier version wrote none. */
  fields?: OutcomeFields;
}

const starting = /^starting delivery (\d+): msg (\d+) to (local|remote) (.*)$/;
const ended = /^delivery (\d+): (?:success|deferral|failure): (.*)$/;
const bounds = /^(?:new|end) msg (\d+)$/;

/** Reads lines of the log, oldest first; messages that nobody asks for are passed over. */
export function recallAttempts(
  lines: Iterable<{ text: string }>,
  isWanted: (id: number) => boolean,
  into: AttemptsRecalled,
): void {
  /** By delivery number; a host that starts counts from 1 again. */
  const running = new Map<string, Delivery>();

  for (const { text: line } of lines) {
    if (line.startsWith('starting delivery ')) start(line);
    else if (line.startsWith('delivery ')) end(line);
    else if (line.startsWith('status: delivery ')) fields(line);
    else if (line === 'status: exiting') running.clear();
    else {
      // Numbers are used again.
      const id = bounds.exec(line)?.[1];
      if (id !== undefined) into.forget(Number(id));
    }
  }

  function start(line: string): void {
    const [, delivery = '', number, channel, recipient = ''] = starting.exec(line) ?? [];
    const id = Number(number);
    if (isWanted(id)) running.set(delivery, { id, channel: channel === 'local' ? 'local' : 'remote', recipient });
    else running.delete(delivery);
  }

  function fields(line: string): void {
    const { delivery, ...said } = parseOutcomeLine(line) ?? {};
    const found = running.get(String(delivery));
    if (found) found.fields = said as OutcomeFields;
  }

  function end(line: string): void {
    const [, delivery = '', report = ''] = ended.exec(line) ?? [];
    const found = running.get(delivery);
    if (!found) return;
    running.delete(delivery);
    const { id, channel, recipient, fields: { status, answer } = {} } = found;
    const said = reportInWords(report);
    into.recall(id, channel, recipient, {
      said,
      status,
      answer: answer && { ...answer, words: reportInWords(answer.words) },
    });
  }
}

/** A report of the log as near to its words as the log is. */
export function reportInWords(report: string): string {
  return report.replaceAll('_', ' ').replace(/\/$/, '\n');
}
