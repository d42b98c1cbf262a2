// What happened to one message at one host, in qmail-remote's words: a report for each recipient that the server judged,
// and one for the message; and how they become one delivery report, as in qmail-rspawn.

import type { SmtpReply } from '../conversation/smtp-reply.ts';
import { done, later, never, type Outcome } from '../paper-path/outcome.ts';

/** What a server answered, where that is why. */
interface ServerReply {
  /** Undefined: the protocol has no codes, or this was none. */
  readonly code: number | undefined;
  /** The enhanced status code (RFC 2034) that goes with it. */
  readonly status: string | undefined;
  /** What it said behind its codes, LF between lines. */
  readonly words: string;
}

/** Why something failed: what the server answered, or what we found ourselves. */
interface Reason {
  readonly reply?: ServerReply;
  /** RFC 3463, where it is ours to say. */
  readonly status?: string;
}

/** r: accepted, h: refused for good, s: refused for now (qmail-remote's recipient reports). */
export interface RecipientReport extends Reason {
  readonly letter: 'r' | 'h' | 's';
  readonly text: string;
}

/** K: accepted, Z: try again, D: never (qmail-remote's message report). */
export interface MessageReport extends Reason {
  readonly letter: 'K' | 'Z' | 'D';
  readonly text: string;
  /** This server wants nothing of us now, and surely has nothing of the message: another one may take it. */
  readonly elsewhere?: true;
}

/** A server, as it was found. */
export interface Server {
  /** As MX records, routes or the address have it. */
  readonly host: string;
  readonly ip: string;
}

/** All that is known of one message. */
export interface Reports {
  /** In the order of the recipients; fewer where the dialogue ended before their turn came. */
  readonly recipients: readonly RecipientReport[];
  readonly message: MessageReport;
  /** Whose answers these are; undefined: nobody was talked to. */
  readonly server?: Server;
}

/** The message waits, for a reason that has a status code. */
export function putOff(words: string, status: string): MessageReport {
  return { letter: 'Z', text: withStatus(words, status), status };
}

/** The message goes back to its sender, for a reason that has a status code. */
export function refused(words: string, status: string): MessageReport {
  return { letter: 'D', text: withStatus(words, status), status };
}

/** Each recipient was refused, for a reason of its own. */
export function givingUp(ip: string): MessageReport {
  return { letter: 'D', text: `Giving up on ${ip}.\n` };
}

/** As qmail words it. */
export function withStatus(words: string, status: string): string {
  return `${words} (#${status})\n`;
}

/** The message's file cannot be read. */
export const unreadable = putOff('Unable to read message.', '4.3.0');

/** The fields of an SMTP reply. */
export function replyFields({ code, status, text }: SmtpReply): ServerReply {
  const lines = text.split('\n').slice(0, -1);
  return { code: Number.isNaN(code) ? undefined : code, status, words: lines.map(line => line.slice(4)).join('\n') };
}

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
  const text = `${what}\n${remoteSaid(reply)}`;
  return { letter: isPermanent(reply) ? 'D' : 'Z', text, reply: replyFields(reply) };
}

/** The report on one recipient. */
export function recipientReport(ip: string, reply: SmtpReply): RecipientReport {
  if (isPositive(reply)) return { letter: 'r', text: '' };
  const text = `${ip} does not like recipient.\n${remoteSaid(reply)}`;
  return { letter: isPermanent(reply) && !isTooMany(reply) ? 'h' : 's', text, reply: replyFields(reply) };
}

/** The server has taken enough recipients for now; 552 is what RFC 821 had for it (RFC 5321 section 4.5.3.1.10). */
export function isTooMany({ code }: Pick<ServerReply, 'code'>): boolean {
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
export function combine(
  recipient: RecipientReport | undefined,
  { message, server }: Pick<Reports, 'message' | 'server'>,
): Outcome {
  if (!recipient) return outcomeOf(message.letter, message.text, message, server);
  const letter = recipient.letter === 'h' ? 'D' : recipient.letter === 's' ? 'Z' : message.letter;
  const addition = rank[message.letter] <= rank[letter] ? message.text : '';
  return outcomeOf(letter, recipient.text + addition, recipient.letter === 'r' ? message : recipient, server);
}

/** A delivery report. The status code of the server (RFC 2034) is kept where its answer is the reason. */
export function outcomeOf(
  letter: MessageReport['letter'],
  text: string,
  { reply, status }: Reason,
  server?: Server,
): Outcome {
  const answer = reply && { code: reply.code, words: reply.words, host: server?.host, ip: server?.ip };
  if (letter === 'K') return { ...done(text), ...(answer && { answer }) };
  const result = letter === 'Z' ? later : never;
  return {
    ...result(text, ofClass(letter === 'Z' ? '4' : '5', reply ? reply.status : status)),
    ...(answer && { answer }),
  };
}

/** A status of the other class would contradict the outcome, as that of a refused greeting would. */
function ofClass(digit: '4' | '5', status: string | undefined): string | undefined {
  return status?.[0] === digit ? status : undefined;
}

/** What the program qmail-remote prints: each report with its letter before it and a NUL behind it. */
export function formatReports({ recipients, message }: Reports): Buffer {
  return Buffer.from([...recipients, message].map(({ letter, text }) => `${letter}${text}\0`).join(''), 'latin1');
}
