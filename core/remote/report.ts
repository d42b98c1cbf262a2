// What happened to one message at one host, in qmail-remote's words: a report for each recipient that the server judged,
// and one for the message; and how they become one delivery report, as in qmail-rspawn.
import { done, later, never, type Outcome } from '../lib/outcome.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** r: accepted, h: refused for good, s: refused for now (qmail-remote's recipient reports). */
export interface RecipientReport {
  readonly letter: 'r' | 'h' | 's';
  readonly text: string;
}

/** K: accepted, Z: try again, D: never (qmail-remote's message report). */
export interface MessageReport {
  readonly letter: 'K' | 'Z' | 'D';
  readonly text: string;
}

/** All that is known of one message. */
export interface Reports {
  /** In the order of the recipients; fewer where the dialogue ended before their turn came. */
  readonly recipients: readonly RecipientReport[];
  readonly message: MessageReport;
}

/** The message waits. */
export function putOff(text: string): MessageReport {
  return { letter: 'Z', text };
}

/** The message goes back to its sender. */
export function refused(text: string): MessageReport {
  return { letter: 'D', text };
}

/** The message's file cannot be read. */
export const unreadable = putOff('Unable to read message. (#4.3.0)\n');

/** What the server said, as it stands in every report. */
export function remoteSaid({ text }: Pick<SmtpReply, 'text'>): string {
  return `Remote host said: ${text}`;
}

/** A reply that cannot be understood is no refusal for good. */
function isPermanent(reply: SmtpReply): boolean {
  return reply.code >= 500 && reply.code <= 599;
}

/** The report on a command that was not accepted. */
export function refusedMessage(what: string, reply: SmtpReply): MessageReport {
  return { letter: isPermanent(reply) ? 'D' : 'Z', text: `${what}\n${remoteSaid(reply)}` };
}

/** The report on one recipient. */
export function recipientReport(ip: string, reply: SmtpReply): RecipientReport {
  if (isPositive(reply)) return { letter: 'r', text: '' };
  const text = `${ip} does not like recipient.\n${remoteSaid(reply)}`;
  return { letter: isPermanent(reply) ? 'h' : 's', text };
}

/** 2xx: the server did what it was asked. */
export function isPositive(reply: SmtpReply): boolean {
  return reply.code >= 200 && reply.code <= 299;
}

const rank = { K: 1, Z: 0, D: -1 } as const;

/**
 * One recipient's outcome. The recipient's own refusal wins over what became of the message; the message's text is
 * added unless it would sound better than the outcome is.
 * @param recipient undefined when the dialogue ended before RCPT
 */
export function combine(recipient: RecipientReport | undefined, message: MessageReport): Outcome {
  if (!recipient) return outcomeOf(message.letter, message.text);
  const letter = recipient.letter === 'h' ? 'D' : recipient.letter === 's' ? 'Z' : message.letter;
  const addition = rank[message.letter] <= rank[letter] ? message.text : '';
  return outcomeOf(letter, recipient.text + addition);
}

const remoteStatus = {
  Z: /^(?:Remote host said: )?4\d\d[ -](4(?:\.\d{1,3}){2})\b/m,
  D: /^(?:Remote host said: )?5\d\d[ -](5(?:\.\d{1,3}){2})\b/m,
} as const;

/** A delivery report. Status codes of the remote server (RFC 2034) are kept where our own text has none. */
export function outcomeOf(letter: MessageReport['letter'], text: string): Outcome {
  const result = letter === 'K' ? done(text) : letter === 'Z' ? later(text) : never(text);
  if (result.kind === 'done' || text.includes('(#')) return result;
  return { ...result, status: remoteStatus[letter === 'Z' ? 'Z' : 'D'].exec(text)?.[1] ?? result.status };
}

/** What the program qmail-remote prints: each report with its letter before it and a NUL behind it. */
export function formatReports({ recipients, message }: Reports): Buffer {
  return Buffer.from([...recipients, message].map(({ letter, text }) => `${letter}${text}\0`).join(''), 'latin1');
}
