// What happened to one message at one host, in qmail-remote's words: a report for each recipient that the server judged,
// and one for the message; and how they become one delivery report, as in qmail-rspawn.
import { done, later, never, type Outcome } from '../lib/outcome.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** r: accepted, h: refused for good, s: refused for now (qmail-remote's recipient reports). */
export interface RecipientReport {
  readonly letter: 'r' | 'h' | 's';
  readonly text: string;
  /** What the server answered, where that is why. */
  readonly reply?: SmtpReply;
}

/** K: accepted, Z: try again, D: never (qmail-remote's message report). */
export interface MessageReport {
  readonly letter: 'K' | 'Z' | 'D';
  readonly text: string;
  /** What the server answered, where that is why. */
  readonly reply?: SmtpReply;
  /** This server wants nothing of us now, and surely has nothing of the message: another one may take it. */
  readonly elsewhere?: true;
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
  return { letter: isPermanent(reply) ? 'D' : 'Z', text: `${what}\n${remoteSaid(reply)}`, reply };
}

/** The report on one recipient. */
export function recipientReport(ip: string, reply: SmtpReply): RecipientReport {
  if (isPositive(reply)) return { letter: 'r', text: '' };
  const text = `${ip} does not like recipient.\n${remoteSaid(reply)}`;
  return { letter: isPermanent(reply) && !isTooMany(reply) ? 'h' : 's', text, reply };
}

/** The server has taken enough recipients for now; 552 is what RFC 821 had for it (RFC 5321 section 4.5.3.1.10). */
export function isTooMany({ code }: SmtpReply): boolean {
  return code === 452 || code === 552;
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
  if (!recipient) return outcomeOf(message.letter, message.text, message.reply);
  const letter = recipient.letter === 'h' ? 'D' : recipient.letter === 's' ? 'Z' : message.letter;
  const addition = rank[message.letter] <= rank[letter] ? message.text : '';
  return outcomeOf(letter, recipient.text + addition, recipient.reply ?? message.reply);
}

const remoteStatus = {
  Z: /^(?:Remote host said: )?4\d\d[ -](4(?:\.\d{1,3}){2})\b/m,
  D: /^(?:Remote host said: )?5\d\d[ -](5(?:\.\d{1,3}){2})\b/m,
} as const;

/**
 * A delivery report. The status code of the server (RFC 2034) is kept where its answer is the reason.
 * @param reply undefined: ours is the reason, or a program that only has words (qmail-remote) tells
 */
export function outcomeOf(letter: MessageReport['letter'], text: string, reply?: SmtpReply): Outcome {
  const result = letter === 'K' ? done(text) : letter === 'Z' ? later(text) : never(text);
  if (result.kind === 'done') return result;
  if (reply) return { ...result, status: statusFor(result, reply) };
  if (text.includes('(#')) return result;
  return { ...result, status: remoteStatus[letter === 'Z' ? 'Z' : 'D'].exec(text)?.[1] ?? result.status };
}

/** A status of the other class would contradict the outcome, as that of a refused greeting would. */
function statusFor(result: Exclude<Outcome, { kind: 'done' }>, { status }: SmtpReply): string {
  const usual = result.kind === 'later' ? '4.3.0' : '5.0.0';
  return status !== undefined && status[0] === usual[0] ? status : usual;
}

/** What the program qmail-remote prints: each report with its letter before it and a NUL behind it. */
export function formatReports({ recipients, message }: Reports): Buffer {
  return Buffer.from([...recipients, message].map(({ letter, text }) => `${letter}${text}\0`).join(''), 'latin1');
}
