// One SMTP connection: the dialogue of qmail-smtpd, from the greeting to QUIT. What the commands do is in smtp-commands.ts,
// how a message is taken in smtp-messages.ts, and what is the library's (sockets, TLS, passwords) in smtp-library.ts.
import type { Socket } from 'node:net';
import type { SMTPServer } from 'smtp-server';
import { UserError } from '../../lib/user-error.ts';
import { commands, parseCommand } from './commands.ts';
import type { ConnectedClient, ConnectionDeps } from './connection-deps.ts';
import { LibraryConnection } from './library.ts';
import type { SmtpParser } from './parser.ts';
import { rblName, refusingCommands } from './rbl-dialogue.ts';
import {
  needsStartTls,
  noControls,
  notHttp,
  type Reply,
  shuttingDown,
  tooFruitless,
  unimplemented,
} from './replies.ts';

/** A stranger's patience is tried for this long. */
export const greetDelayMs = 100;
const refusedForMs = 60_000;
/** For each step towards a message a client gets more time: its link may be slow, and its recipients many. */
const stepMs = 5000;

/** One client. */
export class QmailConnection extends LibraryConnection {
  /** By lower-case verb; what is not there is unimplemented. */
  private answerTo: (verb: string, argument: string) => Reply | undefined;
  /** A client that need not wait for the greeting said something before it. */
  private early: (() => void) | undefined;

  constructor(server: SMTPServer, socket: Socket, connected: ConnectedClient, deps: ConnectionDeps) {
    super(server, socket, connected, deps);
    this.answerTo = (verb, argument) => {
      if (verb === 'ehlo') this.smtp.extensions = this.extensions();
      if (this.session.user) this.smtp.relayClient ??= '';
      return commands.get(verb)?.(this.smtp, argument);
    };
  }

  override init(): void {
    this.log.came();
    this._setListeners(() => {
      if (this.connected.greetAtOnce) void this.greet();
      else this.deps.clock.after(greetDelayMs, () => void this.greet());
    });
  }

  private async greet(): Promise<void> {
    const cameMs = this.deps.clock.nowMs();
    const refusal = await this.deps.checkDnsLists(this.connected.environment);
    this.connected.progress.extend(this.deps.clock.nowMs() - cameMs);
    if (this._closing || this._closed) return;
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

  override _sendGreeting(): void {
    this.answer({ code: 220, text: this.refused ? rblName : `${this.name} ESMTP` });
  }

  override _onCommand(line: Buffer, next: () => void = () => {}): void {
    this.deps.heard?.();
    if (!this._ready && this.connected.greetAtOnce) {
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
    } else if (this.deps.stopping()) {
      this.answer(shuttingDown);
    } else if (/ HTTP\/\d\.\d$/.test(argument)) {
      this.answer(notHttp);
    } else {
      this.run(verb, argument, reply ?? (this.wantsClearAuth(verb) ? needsStartTls : unimplemented));
      this._whenWritable(next);
    }
  }

  private replyTo(verb: string, argument: string): Reply | undefined {
    try {
      return this.answerTo(verb, argument);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.log.alert(error.message);
      return noControls;
    }
  }

  private run(verb: string, argument: string, reply: Reply): void {
    // Of a client that is refused everything one line is enough, and what it says may be a password.
    const toLog = reply.code >= 500 && reply !== unimplemented && !this.refused;
    // The argument of AUTH may hold the password.
    const said = reply === needsStartTls ? verb : `${verb} ${argument}`;
    if (toLog) this.log.refused(said, this.smtp.sender, reply);
    const isRecipient = verb === 'rcpt' && (reply.code === 250 || reply.code === 452);
    if (this.limits.command(!isRecipient)) {
      this.turnAway(tooFruitless);
      return;
    }
    this.answer(reply);
    if (reply.code === 250 && (verb === 'mail' || verb === 'rcpt')) this.connected.progress.extend(stepMs);
    if (verb === 'data' && reply.code === 354) {
      this.connected.progress.started();
      this.connected.progress.active();
      this.messages.take(this._parser as SmtpParser);
    }
    if (verb === 'quit') {
      this.saidQuit = true;
      this.close();
    }
  }
}
