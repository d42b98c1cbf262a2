// The log line that has what programs want to know of a delivery's end: its status code, and what the other host answered. It is
// Waypost's own, in the form of a status line, which qmail's analysers pass over; it stands before the line with the words.
// Writer and reader are here together: the queue writes it; the trace, and a host that starts, read it.
import type { Outcome, RemoteAnswer } from '../../paper-path/outcome.ts';

/** What the line says. */
export interface OutcomeFields {
  /** RFC 3463; undefined: it was delivered. */
  readonly status: string | undefined;
  readonly answer: RemoteAnswer | undefined;
}

export function outcomeFields(outcome: Outcome): OutcomeFields {
  return { status: outcome.kind === 'done' ? undefined : outcome.status, answer: outcome.answer };
}

/**
 * `status: delivery 7 is 4.7.1, 451 by mx.example 192.0.2.1: 4.7.1_try_later`; `-` stands for what there is not.
 * @param safe makes text from mail fit for a log line, without blanks
 * @returns undefined for a delivery of which there is nothing to be said but that it happened
 */
export function formatOutcomeLine(
  delivery: number,
  { status, answer }: OutcomeFields,
  safe: (text: string) => string,
): string | undefined {
  if (!status && !answer) return undefined;
  const start = `status: delivery ${delivery} is ${status ?? '-'}`;
  if (!answer) return start;
  const { code, host, ip, words } = answer;
  return `${start}, ${code ?? '-'} by ${safe(host || '-')} ${safe(ip || '-')}: ${safe(words)}`;
}

const form = /^status: delivery (\d+) is (-|\d\.\d{1,3}\.\d{1,3})(?:, (-|\d{3}) by (\S+) (\S+): (\S*))?$/;

/** The words as the log has them. @returns undefined for another line */
export function parseOutcomeLine(line: string): ({ readonly delivery: number } & OutcomeFields) | undefined {
  const [, delivery, status, code = '-', host = '-', ip = '-', words] = form.exec(line) ?? [];
  if (delivery === undefined || status === undefined) return undefined;
  const numeric = there(code) === undefined ? undefined : Number(code);
  const answer = words === undefined ? undefined : { code: numeric, host: there(host), ip: there(ip), words };
  return { delivery: Number(delivery), status: there(status), answer };
}

function there(field: string): string | undefined {
  return field === '-' ? undefined : field;
}
