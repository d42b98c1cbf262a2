// The lines about one SMTP connection in the session log; some are as tcpserver and rblsmtpd write them.
import type { LogLine } from '../../lib/log.ts';
import { logWord } from '../../lib/text/log-word.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { sessionEnd } from '../../log-lines/session/session-end.ts';
import { sessionMessage } from '../../log-lines/session/session-message.ts';
import { sessionStart } from '../../log-lines/session/session-start.ts';
import type { Envelope } from '../../paper-path/shapes.ts';
import type { Reply } from './replies.ts';

/** This many refusals are written per connection. */
const mostRefusals = 100;
const server = 'smtpd';

/** One line for each event. What a client sent goes through logWord, and passwords never get here. */
export class SmtpLog {
  private readonly log: LogLine;
  private readonly number: number;
  private readonly remoteIp: string;
  private refusals = 0;

  /** @param number what the connection is called, where tcpserver writes a process id */
  constructor(log: LogLine, number: number, remoteIp: string) {
    this.log = log;
    this.number = number;
    this.remoteIp = remoteIp;
  }

  came(): void {
    this.log(sessionStart.format({ server, number: this.number, from: this.remoteIp }));
  }

  ended(exitCode: number): void {
    this.log(sessionEnd.format({ server, number: this.number, exitCode }));
  }

  /** The client is dismissed. */
  denied({ code, text }: Reply): void {
    this.log(`smtpd: deny ${this.number} ${logWord(this.remoteIp)}: ${code} ${String(text)}`);
  }

  /** A DNS list refuses the client. */
  listed({ code, text }: Reply): void {
    this.log(`rblsmtpd: ${logWord(this.remoteIp)} pid ${this.number}: ${code} ${text}`);
  }

  loggedIn(user: string): void {
    this.log(`smtpd: login ${this.number} ${logWord(user)}`);
  }

  /** The name is not logged: it may be a password that was typed in the wrong field. */
  wrongLogin(): void {
    this.log(`smtpd: refused ${this.number} auth: 535 wrong name or password`);
  }

  /** @param sender of the transaction; undefined: there is none */
  refused(what: string, sender: string | undefined, { code, text }: Reply): void {
    if (++this.refusals > mostRefusals) return;
    if (this.refusals === mostRefusals) {
      this.log(`smtpd: refused ${this.number} and more, which is not written`);
      return;
    }
    const from = sender === undefined ? '' : ` from <${logWord(sender)}>`;
    this.log(`smtpd: refused ${this.number} ${logWord(what)}${from}: ${code} ${String(text)}`);
  }

  queued(sizeBytes: number, { sender, recipients }: Envelope, qp: number): void {
    const message = { number: this.number, sizeBytes, sender, recipients: recipients.length, qp };
    this.log(sessionMessage.format({ server, ...message }));
  }

  notQueued(error: unknown): void {
    this.log(`smtpd: message ${this.number} not queued: ${reasonOf(error).replace(/[^ -~]/g, '?')}`);
  }

  /** The host's own files are the problem. */
  alert(reason: string): void {
    this.log(`smtpd: alert: ${reason}`);
  }
}
