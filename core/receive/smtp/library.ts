// What smtp-server does for a connection, kept to our ways: the socket with its timeouts, the sending of replies, STARTTLS
// and AUTH, the end. Its underscored members are its hooks for subclasses. The dialogue is smtp-connection.ts.
import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { watchHandshake } from '../../lib/net/tls-handshake.ts';
import { type Client, clientFrom } from '../../listen/client.ts';
import { createSessionLimits, type SessionLimits } from '../session-limits.ts';
import { forgetClient, newSmtpdSession, type SmtpdSession } from './commands.ts';
import type { ConnectedClient, ConnectionDeps } from './connection-deps.ts';
import { SmtpLog } from './log.ts';
import { SmtpMessages } from './messages.ts';
import { SmtpParser } from './parser.ts';
import { formatReply, type Reply, shuttingDown, timedOut, tooFruitless, tooManyLogins } from './replies.ts';

const maxFailedLogins = 3;
/** What EHLO says of the library's commands. */
const offers: ReadonlyMap<string, string> = new Map([
  ['starttls', 'STARTTLS'],
  ['auth', 'AUTH PLAIN LOGIN'],
]);

/** One client, and no dialogue with it yet. */
export abstract class LibraryConnection extends SMTPConnection {
  protected readonly deps: ConnectionDeps;
  protected readonly connected: ConnectedClient;
  protected readonly client: Client;
  protected readonly smtp: SmtpdSession;
  protected readonly limits: SessionLimits;
  protected readonly log: SmtpLog;
  protected readonly messages: SmtpMessages;
  /** A DNS list has something against the client: nothing is taken from it. */
  protected refused = false;
  protected saidQuit = false;
  private failedLogins = 0;

  constructor(server: SMTPServer, socket: Socket, connected: ConnectedClient, deps: ConnectionDeps) {
    super(server, socket);
    this.deps = deps;
    this.connected = connected;
    const control = deps.control();
    this.client = clientFrom(connected.environment);
    this.smtp = newSmtpdSession(control, new Set(deps.ownAddresses()), { ...connected, client: this.client });
    this.limits = createSessionLimits(deps.clock, control.timeoutSmtpdSec * 1000, () => {
      if (this.messages.underWay) connected.progress.active();
    });
    this.log = new SmtpLog(deps.log, connected.number, this.client.remoteIp);
    this.messages = new SmtpMessages({
      smtp: this.smtp,
      client: this.client,
      clock: deps.clock,
      limits: this.limits,
      accept: deps.accept(connected.environment),
      log: this.log,
      answer: reply => this.answerMessage(reply),
      sendAway: reply => this.sendAway(reply),
    });
    this.name = control.smtpGreeting;
  }

  /** How the connection ended: qmail-smtpd's exit code. */
  get exitCode(): number {
    return this.saidQuit ? 0 : 1;
  }

  /** Ends the connection if no message is under way; one that is ends it when it is done. */
  shutDown(): void {
    if (!this.messages.underWay) this.answer(shuttingDown);
  }

  /** Says why, and ends the connection. */
  dismiss(reply: Reply): void {
    this.sendAway(reply);
  }

  /** The client waits for the host. */
  get busy(): boolean {
    return this.messages.keepsWaiting || this._handlerPending;
  }

  override close(): void {
    this.messages.abort('the connection was closed before the message was complete');
    super.close();
  }

  override _onClose(): void {
    if (!this._closed) this.log.ended(this.exitCode);
    this.messages.abort('the client went away before the message was complete');
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
    if (socket !== this._socket) {
      watchHandshake(socket, this._socket, timeoutMs);
      this.connected.record?.(socket);
    } else socket.setTimeout(timeoutMs, () => this._onTimeout());
  }

  /** The library takes all listeners from the socket beneath TLS: whoever waits for its end is still told of it. */
  override upgrade(resume: () => void, secured?: () => void): void {
    const socket = this._socket;
    const waiting = socket.rawListeners('close') as (() => void)[];
    super.upgrade(resume, secured);
    for (const listener of waiting) socket.on('close', listener);
  }

  override _onTimeout(): void {
    if (this._closing) this._socket.destroy();
    // The client is waiting for us, not we for it.
    else if (this.busy) this._armTimeout();
    else this.sendAway(timedOut);
  }

  /** A client that sends too little for too long is sent away like one that is silent. */
  private tooSlow(piece: Buffer): boolean {
    if (this._closing || !this.limits.bytes(piece.length)) return false;
    this.sendAway(timedOut);
    return true;
  }

  /** Replies to commands that came in one packet go out in one packet. */
  protected answer(reply: Reply): void {
    const socket = this._socket;
    const parser = this._parser as SmtpParser | false;
    if (parser !== false && parser.moreIsHere && socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    this.send(reply.code, typeof reply.text === 'string' ? reply.text : [...reply.text], false);
  }

  private answerMessage(reply: Reply): void {
    this.answer(reply);
    if (this.deps.stopping()) this.answer(shuttingDown);
  }

  private sendAway(reply: Reply): void {
    this.answer(reply);
    this.close();
  }

  /** Says why, also to the log, and goes. */
  protected turnAway(reply: Reply): void {
    this.log.denied(reply);
    this.sendAway(reply);
  }

  /** STARTTLS and AUTH are the library's, where they are offered: a password never goes over the network in the clear. */
  protected isOfLibrary(verb: string): boolean {
    if (verb === 'starttls') return this.connected.startTls === true && !this.secure;
    return verb === 'auth' && this.secure && this.deps.logIn !== undefined && !this.refused;
  }

  /** The client could log in if it said STARTTLS first. */
  protected wantsClearAuth(verb: string): boolean {
    return verb === 'auth' && this.isOfLibrary('starttls') && this.deps.logIn !== undefined && !this.refused;
  }

  protected extensions(): string[] {
    return [...offers].flatMap(([verb, words]) => (this.isOfLibrary(verb) ? [words] : []));
  }

  protected leaveToLibrary(line: Buffer, next: () => void): void {
    this.hostNameAppearsAs = this.smtp.helo ?? false;
    // Replies that wait to go out together go now, before the socket becomes another.
    while (this._socket.writableCorked > 0) this._socket.uncork();
    if (this._ready && this.limits.command()) this.turnAway(tooFruitless);
    else super._onCommand(line, next);
  }

  override _resetSession(): void {
    super._resetSession();
    if (this.secure) this._armTimeout();
    // The base class's constructor may come first.
    if (this.smtp) forgetClient(this.smtp);
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    // To a client that has said all and shut its side (Exim does) the library says nothing.
    if (this._socket.readyState === 'writeOnly' && !this._upgrading) this._socket.write(formatReply(code, data ?? ''));
    super.send(code, data, context);
    if (code === 235) {
      this.connected.progress.loggedIn();
      this.log.loggedIn(String(this.session.user));
    }
    if (code !== 535) return;
    this.log.wrongLogin();
    if (++this.failedLogins >= maxFailedLogins) this.turnAway(tooManyLogins);
  }
}
