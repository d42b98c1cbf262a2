// One SMTP connection: smtp-server's connection (sockets, TLS later) that speaks qmail-smtpd's dialogue.
// Invariant: 250 after the final dot is sent only when the queue says that the message is safe on disk.
import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { Control } from '../control/control.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import type { Dispose } from '../lib/dispose.ts';
import type { LogLine } from '../lib/log.ts';
import type { Accept, Accepted, Envelope, MessageSource } from '../lib/paper-path.ts';
import type { Environment } from '../lib/tcp-environment.ts';
import { watchHandshake } from '../lib/tls-handshake.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { type Client, clientFrom } from './client.ts';
import { createIntake, type Intake } from './intake.ts';
import { logSafe } from './log-safe.ts';
import { createPace, type Pace } from './pace.ts';
import { rblName, refusingCommands } from './rbl-dialogue.ts';
import { formatReceived } from './received.ts';
import {
  commands,
  forgetClient,
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
  /** Where the messages of a client go: to the queue, or first to a filter that its environment names. */
  readonly accept: (environment: Environment) => Accept;
  readonly log: LogLine;
  /** Told whenever a client does something: whoever can wait, waits then. */
  readonly heard?: () => void;
  readonly ownAddresses: () => readonly string[];
  /** Asks the DNS lists: what every command of this client is to be refused with; undefined: nothing is against it. */
  readonly unwanted: (environment: Environment) => Promise<Reply | undefined>;
  /** Checks name and password of a client that wants to send as one of ours; without it nobody can log in. */
  readonly logIn?: (name: string, password: string) => Promise<boolean>;
}

/** One client that has come. */
export interface Visitor {
  /** What the log calls this connection, where tcpserver writes a process id. */
  readonly number: number;
  readonly environment: Environment;
  /** Only a spammer's program talks before the greeting: others are made to wait for it a little, to see. */
  readonly greetAtOnce: boolean;
  /** STARTTLS is offered. */
  readonly startTls?: boolean;
  /** Said in place of the greeting. */
  readonly turnedAway?: Reply;
  /** Called when the connection ends. */
  readonly leave?: Dispose;
}

const greetDelayMs = 100;
const refusedForMs = 60_000;
const tooManyHops: Reply = { code: 554, text: 'too many hops, this message is looping (#5.4.6)' };
const bareLf: Reply = { code: 451, text: 'See https://cr.yp.to/docs/smtplf.html.' };
const timedOut: Reply = { code: 451, text: 'timeout (#4.4.2)' };
const tooFruitless: Reply = { code: 421, text: 'too much talk without a message, try again later (#4.7.0)' };
const shuttingDown: Reply = { code: 421, text: 'shutting down, try again later (#4.3.2)' };
const notQueued: Accepted = { ok: false, code: 81, permanent: false, text: 'qq temporary problem (#4.3.0)' };
const noControls: Reply = { code: 421, text: 'unable to read controls (#4.3.0)' };
const tooManyLogins: Reply = { code: 421, text: 'too many failed logins (#4.7.0)' };
const maxFailedLogins = 3;
/** What EHLO says of the library's commands. */
const offers: ReadonlyMap<string, string> = new Map([
  ['starttls', 'STARTTLS'],
  ['auth', 'AUTH PLAIN LOGIN'],
]);
const notHttp: Reply = { code: 421, text: 'this is a mail server (#5.5.1)' };

/** One client. The base class's underscored members are its hooks for subclasses. */
export class QmailConnection extends SMTPConnection {
  private readonly deps: ConnectionDeps;
  private readonly number: number;
  private readonly visitor: Visitor;
  private readonly client: Client;
  private readonly smtp: SmtpSession;
  private readonly pace: Pace;
  private readonly accept: Accept;
  /** By lower-case verb; what is not there is unimplemented. */
  private answerTo: (verb: string, argument: string) => Reply | undefined;
  /** The message that is coming in; undefined: none is, or all of it is here. */
  private intake: Intake | undefined;
  /** The queue has the whole message and has not answered yet. */
  private awaitsQueue = false;
  private saidQuit = false;
  private failedLogins = 0;
  /** A DNS list has something against the client. */
  private refused = false;
  private early: (() => void) | undefined;
  private received: { readonly atSec: number; readonly helo: string | undefined; readonly raw: Buffer } | undefined;

  constructor(server: SMTPServer, socket: Socket, visitor: Visitor, deps: ConnectionDeps) {
    super(server, socket);
    this.deps = deps;
    this.visitor = visitor;
    this.number = visitor.number;
    const control = deps.control();
    this.client = clientFrom(visitor.environment);
    this.smtp = newSession(control, new Set(deps.ownAddresses()), this.client);
    this.pace = createPace(deps.clock, control.timeoutSmtpdSec * 1000);
    this.accept = deps.accept(visitor.environment);
    this.answerTo = (verb, argument) => {
      if (verb === 'ehlo') this.smtp.extensions = this.extensions();
      if (this.session.user) this.smtp.relayClient ??= '';
      return commands.get(verb)?.(this.smtp, argument);
    };
    this.name = control.smtpGreeting;
  }

  override init(): void {
    this.deps.log(`smtpd: pid ${this.number} from ${logSafe(this.client.remoteIp)}`);
    this._setListeners(() => {
      const { turnedAway } = this.visitor;
      if (turnedAway) this.turnAway(turnedAway);
      else if (this.visitor.greetAtOnce) void this.greet();
      else this.deps.clock.after(greetDelayMs, () => void this.greet());
    });
  }

  /** How the connection ended: qmail-smtpd's exit code. */
  get exitCode(): number {
    return this.saidQuit ? 0 : 1;
  }

  /** Ends the connection if no message is under way; one that is ends it when it is done. */
  shutDown(): void {
    if (!this.intake && !this.awaitsQueue) this.answer(shuttingDown);
  }

  override close(): void {
    this.visitor.leave?.();
    this.intake?.abort('the connection was closed before the message was complete');
    super.close();
  }

  override _onClose(): void {
    this.visitor.leave?.();
    if (!this._closed) this.deps.log(`smtpd: end ${this.number} status ${this.exitCode * 256}`);
    this.intake?.abort('the client went away before the message was complete');
    super._onClose();
  }

  // Called by the base class's constructor: the members above do not exist yet.
  override _createParser(): SmtpParser {
    const parser = new SmtpParser();
    parser.stopAt = piece => this.tooSlow(piece);
    parser.oncommand = (line, next) => this._onCommand(line, next);
    parser.on('finish', () => this.close());
    parser.on('error', error => this.answer({ code: 421, text: error.message }));
    return parser;
  }

  override _armTimeout(socket: Socket = this._socket): void {
    const timeoutMs = this.smtp.control.timeoutSmtpdSec * 1000;
    if (socket !== this._socket) watchHandshake(socket, timeoutMs);
    else socket.setTimeout(timeoutMs, () => this._onTimeout());
  }

  override _onTimeout(): void {
    if (this._closing) {
      this._socket.destroy();
    } else if (this.awaitsQueue || this.intake?.full || this._handlerPending) {
      // The client is waiting for us, not we for it.
      this._armTimeout();
    } else {
      this.answer(timedOut);
      this.close();
    }
  }

  override _onCommand(line: Buffer, next: () => void = () => {}): void {
    this.deps.heard?.();
    if (!this._ready && this.visitor.greetAtOnce) {
      this.early = () => this._onCommand(line, next);
      return;
    }
    // Before the greeting, within STARTTLS and between the lines of AUTH the library is in charge.
    if (!this._ready || this._upgrading || this._nextHandler) {
      this.leaveToLibrary(line, next);
      return;
    }
    const { verb, argument } = parseCommand(line);
    const reply = this.replyTo(verb, argument);
    if (!reply && this.isOfLibrary(verb)) {
      this.leaveToLibrary(Buffer.from(`${verb} ${argument}`.trimEnd(), 'latin1'), next);
    } else if (this._server._closeTimeout) {
      this.answer(shuttingDown);
    } else if (/ HTTP\/\d\.\d$/.test(argument)) {
      this.answer(notHttp);
    } else {
      this.run(verb, argument, reply ?? unimplemented);
      this._whenWritable(next);
    }
  }

  /** STARTTLS and AUTH are the library's, where they are offered: a password never goes over the network in the clear. */
  private isOfLibrary(verb: string): boolean {
    if (verb === 'starttls') return this.visitor.startTls === true && !this.secure;
    return verb === 'auth' && this.secure && this.deps.logIn !== undefined && !this.refused;
  }

  private extensions(): string[] {
    return [...offers].flatMap(([verb, words]) => (this.isOfLibrary(verb) ? [words] : []));
  }

  private replyTo(verb: string, argument: string): Reply | undefined {
    try {
      return this.answerTo(verb, argument);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.deps.log(`smtpd: alert: ${error.message}`);
      return noControls;
    }
  }

  private leaveToLibrary(line: Buffer, next: () => void): void {
    this.hostNameAppearsAs = this.smtp.helo ?? false;
    // Replies that wait to go out together go now, before the socket becomes another.
    while (this._socket.writableCorked > 0) this._socket.uncork();
    if (this._ready && this.pace.command()) this.turnAway(tooFruitless);
    else super._onCommand(line, next);
  }

  private run(verb: string, argument: string, reply: Reply): void {
    // Of a client that is refused everything one line is enough, and what it says may be a password.
    if (reply.code >= 500 && reply !== unimplemented && !this.refused) this.logRefusal(`${verb} ${argument}`, reply);
    if (!(verb === 'rcpt' && reply.code === 250) && this.pace.command()) {
      this.turnAway(tooFruitless);
      return;
    }
    this.answer(reply);
    if (verb === 'data' && reply.code === 354) this.startMessage();
    if (verb === 'quit') {
      this.saidQuit = true;
      this.close();
    }
  }

  override _resetSession(): void {
    super._resetSession();
    if (this.secure) this._armTimeout();
    // The base class's constructor may come first.
    if (this.smtp) forgetClient(this.smtp);
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    super.send(code, data, context);
    if (code === 235) this.deps.log(`smtpd: login ${this.number} ${logSafe(String(this.session.user))}`);
    if (code !== 535) return;
    // What was typed as a name may have been the password: it is not logged.
    this.deps.log(`smtpd: refused ${this.number} auth: 535 wrong name or password`);
    if (++this.failedLogins >= maxFailedLogins) this.turnAway(tooManyLogins);
  }

  private startMessage(): void {
    const envelope = takeEnvelope(this.smtp);
    let accepted: Promise<Accepted> | undefined;
    const intake = createIntake(this.receivedField(), this.smtp.dataBytes, source => {
      accepted = this.handOver(source, intake, envelope);
    });
    this.intake = intake;
    (this._parser as SmtpParser).startMessage(intake, {
      onEnd: resume => {
        this.intake = undefined;
        intake.end();
        void this.finish(intake, envelope, accepted).then(resume);
      },
      onWaited: () => this.pace.waited(),
      onBareLf: () => {
        this.logRefusal('data', bareLf);
        this.answer(bareLf);
        this.close();
      },
    });
  }

  /** A busy client gets the same field for all its messages within a second. */
  private receivedField(): Buffer {
    const { helo } = this.smtp;
    const atSec = nowSec(this.deps.clock);
    if (this.received?.atSec !== atSec || this.received.helo !== helo) {
      const raw = Buffer.from(formatReceived({ ...this.client, helo, protocol: 'SMTP' }, atSec * 1000), 'latin1');
      this.received = { atSec, helo, raw };
    }
    return this.received.raw;
  }

  private async handOver(source: MessageSource, intake: Intake, envelope: Envelope): Promise<Accepted> {
    try {
      return await this.accept(source, envelope, 'network');
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
    this.pace.waited();
    const reply = this.verdict(intake, result);
    if (result.ok) {
      this.pace.message();
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

  private async greet(): Promise<void> {
    const refusal = await this.deps.unwanted(this.visitor.environment);
    if (this._closing || this._closed) return;
    if (refusal) this.refuseAll(refusal);
    this.pace.waited();
    this.connectionReady(() => {
      const early = this.early;
      this.early = undefined;
      early?.();
    });
  }

  override _sendGreeting(): void {
    this.answer({ code: 220, text: this.refused ? rblName : `${this.name} ESMTP` });
  }

  /** The client may say what it likes, for a minute at most. */
  private refuseAll(refusal: Reply): void {
    this.refused = true;
    this.answerTo = refusingCommands(refusal);
    this.deps.log(`rblsmtpd: ${logSafe(this.client.remoteIp)} pid ${this.number}: ${refusal.code} ${refusal.text}`);
    this.deps.clock.after(refusedForMs, () => this.close());
  }

  /** Says why, and goes. */
  private turnAway(reply: Reply): void {
    this.deps.log(`smtpd: deny ${this.number} ${logSafe(this.client.remoteIp)}: ${reply.code} ${String(reply.text)}`);
    this.answer(reply);
    this.close();
  }

  /** A client that sends too little for too long is sent away like one that is silent. */
  private tooSlow(piece: Buffer): boolean {
    if (this._closing || !this.pace.bytes(piece.length)) return false;
    this.answer(timedOut);
    this.close();
    return true;
  }

  private logRefusal(what: string, reply: Reply): void {
    const { sender } = this.smtp;
    const from = sender === undefined ? '' : ` from <${logSafe(sender)}>`;
    this.deps.log(`smtpd: refused ${this.number} ${logSafe(what)}${from}: ${reply.code} ${String(reply.text)}`);
  }
}
