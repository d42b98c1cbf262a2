// What the delivery log tells of recipients that still wait: how often they were tried and what was said last. So the queue
// place is not empty of words after a restart.
import type { RemoteAnswer } from '../lib/outcome.ts';
import { type OutcomeFields, parseOutcomeLine } from '../lib/outcome-line.ts';
import { shortened } from '../lib/shortened.ts';

/** The attempts for one recipient of one message. */
export interface LoggedAttempts extends OutcomeFields {
  readonly id: number;
  readonly channel: 'local' | 'remote';
  /** As the log writes it. */
  readonly recipient: string;
  tries: number;
  /** The last report, as near to its words as the log is: its blanks and other odd bytes were all written as `_`. */
  said: string;
  /** Of the last one that ended, as `answer`. */
  status: string | undefined;
  answer: RemoteAnswer | undefined;
}

const starting = /^starting delivery (\d+): msg (\d+) to (local|remote) (.*)$/;
const ended = /^delivery (\d+): (?:success|deferral|failure): (.*)$/;
const bounds = /^(?:new|end) msg (\d+)$/;

/** Reads lines of the log, oldest first; messages that nobody asks for are passed over. */
export function attemptsInLog(lines: Iterable<{ text: string }>, isWanted: (id: number) => boolean): LoggedAttempts[] {
  const pages = new Map<number, Map<string, LoggedAttempts>>();
  /** By delivery number; a host that starts counts from 1 again. */
  const running = new Map<string, LoggedAttempts>();
  /** The fields of ends that come next. */
  const next = new Map<string, OutcomeFields>();

  for (const { text: line } of lines) {
    if (line.startsWith('starting delivery ')) start(line);
    else if (line.startsWith('delivery ')) end(line);
    else if (line.startsWith('status: delivery ')) fields(line);
    else if (line === 'status: exiting') running.clear();
    else {
      // Numbers are used again.
      const id = bounds.exec(line)?.[1];
      if (id !== undefined) pages.delete(Number(id));
    }
  }
  return [...pages.values()].flatMap(page =>
    [...page.values()].flatMap(one => (one.tries > 0 ? { ...one, said: reportInWords(one.said) } : [])),
  );

  function start(line: string): void {
    const [, delivery = '', number, channel, recipient = ''] = starting.exec(line) ?? [];
    const id = Number(number);
    running.delete(delivery);
    if (!isWanted(id)) return;
    const page = pages.get(id) ?? new Map<string, LoggedAttempts>();
    pages.set(id, page);
    const key = `${channel} ${recipient}`;
    const found = page.get(key) ?? {
      id,
      channel: channel === 'local' ? 'local' : 'remote',
      recipient,
      tries: 0,
      said: '',
      status: undefined,
      answer: undefined,
    };
    // What its end says is its own: an earlier version wrote no fields.
    next.delete(delivery);
    page.set(key, found);
    running.set(delivery, found);
  }

  function fields(line: string): void {
    const { delivery, ...said } = parseOutcomeLine(line) ?? {};
    if (delivery !== undefined && running.has(String(delivery))) next.set(String(delivery), said as OutcomeFields);
  }

  function end(line: string): void {
    const [, delivery = '', report = ''] = ended.exec(line) ?? [];
    const found = running.get(delivery);
    if (!found) return;
    running.delete(delivery);
    found.tries++;
    found.said = shortened(report);
    const { status, answer } = next.get(delivery) ?? { status: undefined, answer: undefined };
    found.status = status;
    found.answer = answer && { ...answer, words: reportInWords(shortened(answer.words)) };
    next.delete(delivery);
  }
}

/** A report of the log as near to its words as the log is. */
export function reportInWords(report: string): string {
  return report.replaceAll('_', ' ').replace(/\/$/, '\n');
}
