// One SMTP connection: smtp-server's connection (sockets, limits, TLS later) that speaks qmail-smtpd's dialogue.
// Invariant: 250 after the final dot is sent only when the queue says that the message is safe on disk.
import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Control } from '../control/control.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import type { Accept, Accepted, Envelope, MessageSource } from '../lib/paper-path.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { createIntake, type Intake } from './intake.ts';
import { mayRelay } from './policy.ts';
import { formatReceived } from './received.ts';
import {
  type Command,
  commands,
  newSession,
  parseCommand,
  type Reply,
  type SmtpSession,
  takeEnvelope,
  tooBig,
  unimplemented,
} from './smtp-commands.ts';
import { SmtpParser } from './smtp-parser.ts';

/** What every connection of a service shares. */
export interface ConnectionDeps {
  readonly control: () => Control;
  readonly clock: Clock;
  readonly accept: Accept;
  readonly log: LogLine;
  readonly ownAddresses: () => readonly string[];
  readonly maxConnections: number;
}

const greetDelayMs = 100;
const tooManyHops: Reply = { code: 554, text: 'too many hops, this message is looping (#5.4.6)' };
const bareLf: Reply = { code: 451, text: 'See https://cr.yp.to/docs/smtplf.html.' };
const timedOut: Reply = { code: 451, text: 'timeout (#4.4.2)' };
const tooManyClients: Reply = { code: 421, text: 'too many connections, try again later (#4.3.2)' };
const shuttingDown: Reply = { code: 421, text: 'shutting down, try again later (#4.3.2)' };
const notQueued: Accepted = { ok: false, code: 81, permanent: false, text: 'qq temporary problem (#4.3.0)' };
const noControls: Reply = { code: 421, text: 'unable to read controls (#4.3.0)' };
const notHttp: Reply = { code: 421, text: 'this is a mail server (#5.5.1)' };

/** One client. The base class's underscored members are its hooks for subclasses. */
export class QmailConnection extends SMTPConnection {
  private readonly deps: ConnectionDeps;
  private readonly number: number;
  private readonly smtp: SmtpSession;
  /** The message that is coming in; undefined: none is, or all of it is here. */
  private intake: Intake | undefined;
  /** The queue has the whole message and has not answered yet. */
  private awaitsQueue = false;
  private saidQuit = false;
  private early: (() => void) | undefined;
  private received: { readonly atSec: number; readonly helo: string | undefined; readonly raw: Buffer } | undefined;

  /** @param number what the log calls this connection, where tcpserver writes a process id */
  constructor(server: SMTPServer, socket: Socket, number: number, deps: ConnectionDeps) {
    super(server, socket);
    this.deps = deps;
    this.number = number;
    const control = deps.control();
    this.smtp = newSession(control, new Set(deps.ownAddresses()), mayRelay(control, this.remoteAddress));
    this.name = control.smtpGreeting;
  }

  override init(): void {
    this.deps.log(`smtpd: pid ${this.number} from ${logSafe(this.remoteAddress)}`);
    this._setListeners(() => {
      if (this._server.connections.size > this.deps.maxConnections) this.answer(tooManyClients);
      else if (this.isTrusted()) this.greet();
      // Only a spammer's program talks before the greeting: wait a little to see.
      else this.deps.clock.after(greetDelayMs, () => this.greet());
    });
  }

  /** Ends the connection if no message is under way; one that is ends it when it is done. */
  shutDown(): void {
    if (!this.intake && !this.awaitsQueue) this.answer(shuttingDown);
  }

  override close(): void {
    this.intake?.abort('the connection was closed before the message was complete');
    super.close();
  }

  override _onClose(): void {
    if (!this._closed) this.deps.log(`smtpd: end ${this.number} status ${this.saidQuit ? 0 : 256}`);
    this.intake?.abort('the client went away before the message was complete');
    super._onClose();
  }

  // Called by the base class's constructor: the members above do not exist yet.
  override _createParser(): SmtpParser {
    const parser = new SmtpParser();
    parser.oncommand = (line, next) => this._onCommand(line, next);
    parser.on('error', error => this.answer({ code: 421, text: error.message }));
    return parser;
  }

  override _armTimeout(socket: Socket = this._socket): void {
    socket.setTimeout(this.smtp.control.timeoutSmtpdSec * 1000, () => this._onTimeout());
  }

  override _onTimeout(): void {
    if (this._closing) {
      this._socket.destroy();
    } else if (this.awaitsQueue || this.intake?.full) {
      // The client is waiting for us, not we for it.
      this._armTimeout();
    } else {
      this.answer(timedOut);
      this.close();
    }
  }

  override _onCommand(line: Buffer, next: () => void = () => {}): void {
    if (!this._ready && this.isTrusted()) {
      this.early = () => this._onCommand(line, next);
      return;
    }
    const { verb, argument } = parseCommand(line);
    const command = commands.get(verb);
    // Before the greeting, and for what the library does itself (STARTTLS, AUTH), it stays in charge.
    if (!this._ready || this._upgrading || this._nextHandler || (!command && this._isSupported(verb))) {
      super._onCommand(line, next);
    } else if (this._server._closeTimeout) {
      this.answer(shuttingDown);
    } else if (/ HTTP\/\d\.\d$/.test(argument)) {
      this.answer(notHttp);
    } else {
      this.run(verb, argument, command ? this.replyOf(command, argument) : unimplemented);
      this._whenWritable(next);
    }
  }

  private replyOf(command: Command, argument: string): Reply {
    try {
      return command(this.smtp, argument);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.deps.log(`smtpd: alert: ${error.message}`);
      return noControls;
    }
  }

  private run(verb: string, argument: string, reply: Reply): void {
    if (reply.code >= 500 && reply !== unimplemented) this.logRefusal(`${verb} ${argument}`, reply);
    this.answer(reply);
    if (verb === 'data' && reply.code === 354) this.startMessage();
    if (verb === 'quit') {
      this.saidQuit = true;
      this.close();
    }
  }

  private startMessage(): void {
    const envelope = takeEnvelope(this.smtp);
    let accepted: Promise<Accepted> | undefined;
    const intake = createIntake(this.receivedField(), this.smtp.control.dataBytes, source => {
      accepted = this.handOver(source, intake, envelope);
    });
    this.intake = intake;
    (this._parser as SmtpParser).startMessage(intake, {
      onEnd: resume => {
        this.intake = undefined;
        intake.end();
        void this.finish(intake, envelope, accepted).then(resume);
      },
      onBareLf: () => {
        this.logRefusal('data', bareLf);
        this.answer(bareLf);
        this.close();
      },
    });
  }

  /** A busy client gets the same field for all its messages within a second. */
  private receivedField(): Buffer {
    const { control, helo } = this.smtp;
    const atSec = nowSec(this.deps.clock);
    if (this.received?.atSec !== atSec || this.received.helo !== helo) {
      const from = { remoteHost: undefined, remoteIp: this.remoteAddress, localHost: control.me, protocol: 'SMTP' };
      const raw = Buffer.from(formatReceived({ ...from, helo }, atSec * 1000), 'latin1');
      this.received = { atSec, helo, raw };
    }
    return this.received.raw;
  }

  private async handOver(source: MessageSource, intake: Intake, envelope: Envelope): Promise<Accepted> {
    try {
      return await this.deps.accept(source, envelope, 'network');
    } catch (error) {
      this.deps.log(`smtpd: message ${this.number} not queued: ${reasonOf(error).replace(/[^ -~]/g, '?')}`);
      return notQueued;
    } finally {
      // Where the queue stopped reading early the client still sends the rest.
      intake.abort('the queue wants no more');
    }
  }

  /** @param accepted undefined: the queue never heard of the message */
  private async finish(intake: Intake, envelope: Envelope, accepted: Promise<Accepted> | undefined): Promise<void> {
    this.awaitsQueue = true;
    const result = (await accepted) ?? notQueued;
    this.awaitsQueue = false;
    const reply = this.verdict(intake, result);
    if (result.ok) {
      const { sender, recipients } = envelope;
      const facts = `bytes ${intake.sizeBytes} from <${logSafe(sender)}> to ${recipients.length} qp ${result.qp}`;
      this.deps.log(`smtpd: message ${this.number} ${facts}`);
    } else this.logRefusal('data', reply);
    this.answer(reply);
    if (this._server._closeTimeout) this.answer(shuttingDown);
  }

  private verdict(intake: Intake, result: Accepted): Reply {
    if (result.ok) return { code: 250, text: `ok ${nowSec(this.deps.clock)} qp ${result.qp}` };
    if (intake.objection === 'hops') return tooManyHops;
    if (intake.objection === 'size') return tooBig;
    return { code: result.permanent ? 554 : 451, text: result.text };
  }

  /** Replies to commands that came in one packet go out in one packet. */
  private answer(reply: Reply): void {
    const socket = this._socket;
    const parser = this._parser as SmtpParser | false;
    if (parser !== false && parser.moreIsHere && socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    this.send(reply.code, typeof reply.text === 'string' ? reply.text : [...reply.text], false);
  }

  private greet(): void {
    this.connectionReady(() => {
      const early = this.early;
      this.early = undefined;
      early?.();
    });
  }

  private isTrusted(): boolean {
    return this.smtp.mayRelay || this.remoteAddress.startsWith('127.') || this.remoteAddress === '::1';
  }

  private logRefusal(what: string, reply: Reply): void {
    const { sender } = this.smtp;
    const from = sender === undefined ? '' : ` from <${logSafe(sender)}>`;
    this.deps.log(`smtpd: refused ${this.number} ${logSafe(what)}${from}: ${reply.code} ${String(reply.text)}`);
  }
}

/** What a client sent, for a log line: nothing that could end the line or fill it. */
function logSafe(text: string): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return shown.replace(/[^!-~]/g, char => (char === ' ' ? '_' : '?'));
}
