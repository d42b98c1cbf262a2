// The reports of qmail-remote for one message at one host: one for each recipient that the server replied to, and one for the message;
// and how they become one delivery report, as in qmail-rspawn.

import { ConnectionDied } from '../conversation/channel.ts';
import type { SmtpReply } from '../conversation/smtp-reply.ts';
import { done, later, never, type Outcome, type SessionTls } from '../paper-path/outcome.ts';

/** A server's reply, if it is the reason for a report. */
interface ServerReply {
  /** Undefined: the protocol has no codes, or the reply had none. */
  readonly code: number | undefined;
  /** Its enhanced status code (RFC 2034). */
  readonly status: string | undefined;
  /** The text after the codes, with LF between lines. */
  readonly words: string;
}

/** The reason for a failure: the server's reply, or a status of our own. */
interface Reason {
  readonly reply?: ServerReply;
  /** An RFC 3463 status, if the reason is not a reply, or means something else for the message. */
  readonly status?: string;
}

/** r: accepted, h: refused permanently, s: refused temporarily (qmail-remote's recipient reports). */
export interface RecipientReport extends Reason {
  readonly letter: 'r' | 'h' | 's';
  readonly text: string;
}

/** K: accepted, Z: temporary failure, D: permanent failure (qmail-remote's message report). */
export interface MessageReport extends Reason {
  readonly letter: 'K' | 'Z' | 'D';
  readonly text: string;
  /** The server turned the client away and has no part of the message: another server may be tried. */
  readonly elsewhere?: true;
}

/** The server that was talked to. */
export interface Server {
  /** As in MX records, routes or the address. */
  readonly host: string;
  readonly ip: string;
  /** Undefined: the session was in the clear, or ended before TLS. */
  readonly tls?: SessionTls | undefined;
  /** It knows what the sender wants to be told (RFC 3461). */
  readonly takesDsn?: boolean | undefined;
}

/** All reports for one message. */
export interface Reports {
  /** In the order of the recipients; fewer if the session ended before their RCPT. */
  readonly recipients: readonly RecipientReport[];
  readonly message: MessageReport;
  /** The server that replied; undefined: there was no connection. */
  readonly server?: Server;
}

/** A deferral with a status code. */
export function putOff(words: string, status: string): MessageReport {
  return { letter: 'Z', text: withStatus(words, status), status };
}

/** A permanent failure with a status code. */
export function refused(words: string, status: string): MessageReport {
  return { letter: 'D', text: withStatus(words, status), status };
}

/** The message report if every recipient was refused. */
export function givingUp(ip: string): MessageReport {
  return { letter: 'D', text: `Giving up on ${ip}.\n` };
}

/** A text with its status code, in qmail's form. */
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

/** The server's reply as quoted in reports. */
export function remoteSaid({ text }: Pick<SmtpReply, 'text'>): string {
  return `Remote host said: ${text}`;
}

/** A reply that cannot be parsed is not a permanent refusal. */
function isPermanent(reply: SmtpReply): boolean {
  return reply.code >= 500 && reply.code <= 599;
}

/** The report for a command that was not accepted. */
export function refusedMessage(what: string, reply: SmtpReply): MessageReport {
  const text = `${what}\n${remoteSaid(reply)}`;
  return { letter: isPermanent(reply) ? 'D' : 'Z', text, reply: replyFields(reply) };
}

/** Another server may be tried. */
export function elsewhere(report: MessageReport): MessageReport {
  return { ...report, elsewhere: true };
}

/** The report for a server that does not want us: never permanent. */
export function turnedAway(what: string, reply: SmtpReply): MessageReport {
  return elsewhere({ ...refusedMessage(what, reply), letter: 'Z' });
}

/** The report for an error of the connection, or in reading the message. */
export function connectionBroken(ip: string, error: unknown, finalDotSent = false): MessageReport {
  if (!(error instanceof ConnectionDied)) return unreadable;
  const duplicate = finalDotSent ? ' Possible duplicate!' : '';
  return putOff(`Connected to ${ip} but connection died.${duplicate}`, '4.4.2');
}

/** The report for one recipient. */
export function recipientReport(ip: string, reply: SmtpReply): RecipientReport {
  if (isPositive(reply)) return { letter: 'r', text: '' };
  const text = `${ip} does not like recipient.\n${remoteSaid(reply)}`;
  return { letter: isPermanent(reply) && !isTooMany(reply) ? 'h' : 's', text, reply: replyFields(reply) };
}

/** The server accepts no more recipients in this transaction; RFC 821 used 552 for that (RFC 5321 section 4.5.3.1.10). */
export function isTooMany({ code }: Pick<ServerReply, 'code'>): boolean {
  return code === 452 || code === 552;
}

/** 2xx: success. */
export function isPositive(reply: SmtpReply): boolean {
  return reply.code >= 200 && reply.code <= 299;
}

const rank = { K: 1, Z: 0, D: -1 } as const;

/**
 * One recipient's outcome. A refusal of the recipient takes precedence over the message's report, whose text is added unless it
 * sounds better than the outcome.
 * @param recipient undefined if the session ended before its RCPT
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

/** A delivery report. The server's status code (RFC 2034) is kept if its reply is the reason. */
export function outcomeOf(
  letter: MessageReport['letter'],
  text: string,
  { reply, status }: Reason,
  server?: Server,
): Outcome {
  const answer = reply && { code: reply.code, words: reply.words, host: server?.host, ip: server?.ip };
  const tls = server?.tls;
  const handedOn = server?.takesDsn ? ({ handedOn: 'next' } as const) : {};
  if (letter === 'K') return { ...done(text), ...handedOn, ...(answer && { answer }), ...(tls && { tls }) };
  const result = letter === 'Z' ? later : never;
  return {
    ...result(text, statusFor(letter === 'Z' ? '4' : '5', { reply, status })),
    ...(answer && { answer }),
    ...(tls && { tls }),
  };
}

/** Our own status counts where there is one: for instance a refused login (5.7.8) is temporary for the message (4.7.8). */
function statusFor(digit: '4' | '5', { reply, status }: Reason): string | undefined {
  return ofClass(digit, status) ?? ofClass(digit, reply?.status);
}

/** A status of the other class would contradict the outcome, for example that of a refused greeting. */
function ofClass(digit: '4' | '5', status: string | undefined): string | undefined {
  return status?.[0] === digit ? status : undefined;
}

/** The output of the program qmail-remote: each report with its letter before it and a NUL after it. */
export function formatReports({ recipients, message }: Reports): Buffer {
  return Buffer.from([...recipients, message].map(({ letter, text }) => `${letter}${text}\0`).join(''), 'latin1');
}
