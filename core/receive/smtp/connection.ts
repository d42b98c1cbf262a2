// One SMTP connection: the dialogue of qmail-smtpd, from the greeting to QUIT. commands.ts says what the commands do,
// messages.ts how a message is taken, and library.ts what smtp-server does (sockets, TLS, passwords).
import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { peerCertificateOf } from '../../lib/net/peer-certificate.ts';
import { UserError } from '../../lib/user-error.ts';
import { clientFrom } from '../../listen/client.ts';
import type { SessionClient } from '../../listen/session-client.ts';
import { createSessionLimits, type SessionLimits } from '../fruitless-session.ts';
import { commands, forgetClient, newSmtpdSession, parseCommand, type SmtpdSession } from './commands.ts';
import type { ConnectedClient, ConnectionDeps } from './connection-deps.ts';
import { LibraryConnection, type SmtpParser } from './library.ts';
import { SmtpLog } from './log.ts';
import { SmtpMessages } from './messages.ts';
import { rblName, refusingCommands } from './rbl-dialogue.ts';
import {
  needsStartTls,
  noControls,
  notHttp,
  notInTransaction,
  type Reply,
  shuttingDown,
  timedOut,
  tooFruitless,
  tooManyLogins,
  unimplemented,
} from './replies.ts';

/** Strangers wait this long for the greeting. */
export const greetDelayMs = 100;
const refusedForMs = 60_000;
/** A client gets this much more time for each step towards a message: its link may be slow, and its recipients many. */
const stepMs = 5000;
const maxFailedLogins = 3;
/** What EHLO says of the library's commands. */
const offers: ReadonlyMap<string, string> = new Map([
  ['starttls', 'STARTTLS'],
  ['auth', 'AUTH PLAIN LOGIN'],
]);

/** One client. */
export class QmailConnection extends LibraryConnection {
  private readonly deps: ConnectionDeps;
  private readonly connected: ConnectedClient;
  private readonly smtp: SmtpdSession;
  private readonly limits: SessionLimits;
  private readonly log: SmtpLog;
  private readonly messages: SmtpMessages;
  /** The reply to a command, by its lower-case verb; undefined: the command is unknown. */
  private answerTo: (verb: string, argument: string) => Reply | Promise<Reply> | undefined;
  /** What a client said before the greeting that it need not wait for. */
  private early: (() => void) | undefined;
  /** A DNS list refuses the client: nothing is taken from it. */
  private refused = false;
  /** SHA-256 of the client's TLS certificate. */
  private certificate: string | undefined;
  private saidQuit = false;
  private failedLogins = 0;

  constructor(server: SMTPServer, socket: Socket, connected: ConnectedClient, deps: ConnectionDeps) {
    super(server, socket);
    this.deps = deps;
    this.connected = connected;
    const control = deps.control();
    const client = clientFrom(connected.environment);
    const keepsDsn = deps.keepsDsn?.(connected.environment);
    this.smtp = newSmtpdSession(control, new Set(deps.ownAddresses()), { ...connected, client, keepsDsn });
    this.limits = createSessionLimits(deps.clock, control.timeoutSmtpdSec * 1000, () => {
      if (this.messages.underWay) connected.progress.active();
    });
    this.log = new SmtpLog(deps.log, connected.number, client.remoteIp);
    this.messages = new SmtpMessages({
      smtp: this.smtp,
      client,
      clock: deps.clock,
      limits: this.limits,
      accept: deps.accept(connected.environment),
      log: this.log,
      answer: reply => this.answerMessage(reply),
      sendAway: reply => this.sendAway(reply),
    });
    this.name = control.smtpGreeting;
    this.answerTo = (verb, argument) => {
      if (verb === 'ehlo') this.smtp.extensions = this.extensions();
      if (this.user !== undefined) this.smtp.relayClient ??= '';
      if (verb === 'etrn') return this.etrn(argument);
      return commands.get(verb)?.(this.smtp, argument);
    };
  }

  /** How the connection ended: qmail-smtpd's exit code. */
  get exitCode(): number {
    return this.saidQuit ? 0 : 1;
  }

  /** The client waits for the host. */
  get busy(): boolean {
    return this.messages.keepsWaiting || this.libraryIsBusy;
  }

  /** Ends the connection, at once or after the message that is under way. */
  shutDown(): void {
    if (!this.messages.underWay) this.sendAway(shuttingDown);
  }

  /** Says why, and ends the connection. */
  dismiss(reply: Reply): void {
    this.sendAway(reply);
  }

  override init(): void {
    this.log.came();
    this.readInput(() => {
      if (this.connected.greetAtOnce) void this.greet();
      else this.deps.clock.after(greetDelayMs, () => void this.greet());
    });
  }

  private async greet(): Promise<void> {
    const connectedMs = this.deps.clock.nowMs();
    const refusal = await this.deps.checkDnsLists(this.connected.environment);
    this.connected.progress.extend(this.deps.clock.nowMs() - connectedMs);
    if (this.isEnding) return;
    if (refusal) this.refuseAll(refusal);
    this.limits.waited();
    this.connectionReady(() => {
      const early = this.early;
      this.early = undefined;
      early?.();
    });
  }

  /** The client may say what it likes, for a minute at most. */
  private refuseAll(refusal: Reply): void {
    this.refused = true;
    this.answerTo = refusingCommands(refusal);
    this.log.listed(refusal);
    this.deps.clock.after(refusedForMs, () => this.close());
  }

  protected override sendGreeting(): void {
    this.answer({ code: 220, text: this.refused ? rblName : `${this.name} ESMTP` });
  }

  protected override commandLine(line: Buffer, next: () => void): void {
    this.deps.heard?.();
    if (!this.isGreeted && this.connected.greetAtOnce) {
      this.early = () => this.commandLine(line, next);
      return;
    }
    if (!this.isGreeted || this.libraryExpectsLine) {
      this.leave(line, next);
      return;
    }
    const { verb, argument } = parseCommand(line);
    const reply = this.replyTo(verb, argument);
    if (reply instanceof Promise) {
      void this.runLater(verb, argument, reply, next);
    } else if (!reply && this.isOfLibrary(verb)) {
      this.leave(Buffer.from(`${verb} ${argument}`.trimEnd(), 'latin1'), next);
    } else if (this.deps.stopping()) {
      this.sendAway(shuttingDown);
    } else if (/ HTTP\/\d\.\d$/.test(argument)) {
      this.sendAway(notHttp);
    } else {
      this.run(verb, argument, reply ?? (this.wantsClearAuth(verb) ? needsStartTls : unimplemented));
      this.whenWritable(next);
    }
  }

  /** The commands after it wait for its reply. */
  private async runLater(verb: string, argument: string, reply: Promise<Reply>, next: () => void): Promise<void> {
    const known = await reply;
    if (this.isEnding) return;
    this.run(verb, argument, known);
    this.whenWritable(next);
  }

  private leave(line: Buffer, next: () => void): void {
    if (this.isGreeted && this.limits.command()) this.turnAway(tooFruitless);
    else this.leaveToLibrary(line, this.smtp.helo, next);
  }

  private replyTo(verb: string, argument: string): Reply | Promise<Reply> | undefined {
    try {
      return this.answerTo(verb, argument);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.log.alert(error.message);
      return noControls;
    }
  }

  private run(verb: string, argument: string, reply: Reply): void {
    // For a client that is refused everything one line is enough, and what it says may be a password.
    const toLog = reply.code >= 500 && reply !== unimplemented && !this.refused;
    // The argument of AUTH may contain the password.
    const said = reply === needsStartTls ? verb : `${verb} ${argument}`;
    if (toLog) this.log.refused(said, this.smtp.sender, reply);
    const isRecipient = verb === 'rcpt' && (reply.code === 250 || reply.code === 452);
    if (this.limits.command(!isRecipient)) {
      this.turnAway(tooFruitless);
      return;
    }
    if (reply.code === 421) {
      this.sendAway(reply);
      return;
    }
    this.answer(reply);
    if (reply.code === 250 && (verb === 'mail' || verb === 'rcpt')) this.connected.progress.extend(stepMs);
    if (verb === 'data' && reply.code === 354) {
      this.connected.progress.started();
      this.connected.progress.active();
      this.messages.take(this.parser as SmtpParser);
    }
    if (verb === 'quit') {
      this.saidQuit = true;
      this.close();
    }
  }

  /** STARTTLS and AUTH are the library's, where they are offered: a password never goes over the network in the clear. */
  private isOfLibrary(verb: string): boolean {
    if (verb === 'starttls') return this.connected.startTls === true && !this.secure;
    return verb === 'auth' && this.secure && this.deps.logIn !== undefined && !this.refused;
  }

  /** The client could log in if it said STARTTLS first. */
  private wantsClearAuth(verb: string): boolean {
    return verb === 'auth' && this.isOfLibrary('starttls') && this.deps.logIn !== undefined && !this.refused;
  }

  private extensions(): string[] {
    const ofLibrary = [...offers].flatMap(([verb, words]) => (this.isOfLibrary(verb) ? [words] : []));
    return this.deps.etrn?.offered() ? [...ofLibrary, 'ETRN'] : ofLibrary;
  }

  private etrn(argument: string): Reply | Promise<Reply> | undefined {
    const { etrn } = this.deps;
    if (!etrn?.offered()) return undefined;
    if (this.smtp.sender !== undefined) return notInTransaction;
    const stranger = !this.connected.trusted && this.smtp.relayClient === undefined;
    return etrn.answer({ argument, stranger, sessionClient: this.sessionClient });
  }

  /** The client as it is known by now. */
  private get sessionClient(): SessionClient {
    const ip = this.connected.environment.TCPREMOTEIP ?? '';
    return { ip, login: this.user, certificate: this.certificate };
  }

  private answer({ code, text }: Reply): void {
    this.reply(code, text);
  }

  private answerMessage(reply: Reply): void {
    this.answer(reply);
    if (this.deps.stopping()) this.sendAway(shuttingDown);
  }

  private sendAway(reply: Reply): void {
    this.answer(reply);
    this.close();
  }

  /** Says why, also in the log, and ends the connection. */
  private turnAway(reply: Reply): void {
    this.log.denied(reply);
    this.sendAway(reply);
  }

  protected override idleTimeoutMs(): number {
    return this.smtp.control.timeoutSmtpdSec * 1000;
  }

  protected override idleTooLong(): void {
    if (this.busy) this.waitOn();
    else this.sendAway(timedOut);
  }

  /** A client that sends too little for too long is sent away like a silent one. */
  protected override received(piece: Buffer): boolean {
    if (this.isEnding || !this.limits.bytes(piece.length)) return false;
    this.sendAway(timedOut);
    return true;
  }

  protected override badInput(reason: string): void {
    this.sendAway({ code: 421, text: reason });
  }

  protected override sessionReset(): void {
    forgetClient(this.smtp);
  }

  protected override tlsStarts(secure: Socket): void {
    this.connected.record?.(secure);
    secure.once('secure', () => {
      this.certificate = peerCertificateOf(secure);
    });
  }

  protected override loginSucceeded(): void {
    this.connected.progress.loggedIn();
    this.log.loggedIn(this.user ?? '');
  }

  protected override loginFailed(): void {
    this.log.wrongLogin();
    if (++this.failedLogins >= maxFailedLogins) this.turnAway(tooManyLogins);
  }

  override close(): void {
    this.messages.abort('the connection was closed before the message was complete');
    super.close();
  }

  protected override ended(): void {
    this.log.ended(this.exitCode);
    this.messages.abort('the client went away before the message was complete');
    if (!this.refused && !this.deps.stopping()) this.deps.madeContact?.(this.sessionClient);
  }
}
