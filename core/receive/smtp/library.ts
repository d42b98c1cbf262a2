// All that Waypost takes from the inside of smtp-server: its parser, its connection (socket, timeouts, STARTTLS, AUTH) and its
// options. No other file names an underscored member. library.test.ts fails when one of these is gone from a new version; the
// test named behind a member fails when it does something else.
//
// SMTPStream (tests: data.test.ts, service.test.ts)
//   _write(piece, encoding, done)   cuts input into lines; `_dataMode` set: hands it to _feedDataStream
//   _dataMode, _feedDataStream      replaced by qmail's DATA phase (smuggling: data.test.ts; any cut: fuzz/smtp.test.ts)
//   _remainder                      the beginning of a line; emptied behind a message
//   _flushData                      at the end of input; does nothing here (half-close.test.ts)
//   _commandTooLong, isClosed       a line of more than 16 KB; nothing is looked at any more (service.test.ts: 100 kB)
// SMTPConnection (tests: tls.test.ts, service.test.ts, greeting.test.ts)
//   the constructor                 calls _createParser before the fields of subclasses exist
//   _createParser                   called again by `upgrade` for the TLS session (tls.test.ts: command injection)
//   _setListeners(ready)            connects the socket to the parser, `ready` is called at once
//   connectionReady(next)           sets _ready, resets the session, calls _sendGreeting, then `next`
//   _onCommand(line, next)          runs the library's command, or the next line of AUTH (_nextHandler)
//   _ready, _upgrading, _nextHandler, _handlerPending, _closing, _closed   its state
//   _resetSession                   called before the greeting and when TLS has begun (tls.test.ts: is forgotten)
//   upgrade                         takes all listeners off the socket beneath TLS (tls.test.ts: leave their slots)
//   _armTimeout(socket), _onTimeout arms the idle timeout of a socket; called when it passes (tls.test.ts: silent inside TLS)
//   _onClose, close                 once per connection, whichever side ends it (service.test.ts: room again when one leaves)
//   _whenWritable(next)             waits until the client reads its replies
//   send(code, text, context)       writes a reply; context false: without an enhanced code; all replies of AUTH go through
//                                   it: 235 logged in, 535 wrong (tls.test.ts). Says nothing to a client that shut its side
//                                   (half-close.test.ts). After 421 it closes; connection.ts does not rely on that
//   name, secure, session.user, hostNameAppearsAs   public, without documentation
import type { Socket } from 'node:net';
import type { SMTPServerOptions } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { watchHandshake } from '../../lib/net/tls-handshake.ts';
import type { IncomingMessage } from './incoming-message.ts';
import { formatReply } from './replies.ts';

const LF = 0x0a;

/** What is used of the library: the life of a connection, STARTTLS and AUTH, and none of its other commands. */
export function smtpServerOptions(): SMTPServerOptions {
  return {
    logger: false,
    disableReverseLookup: true,
    disabledCommands: ['XCLIENT', 'XFORWARD', 'LHLO', 'WIZ', 'SHELL', 'KILL'],
    // connection.ts says what EHLO offers, and what may be used when.
    hideSTARTTLS: true,
    authMethods: ['PLAIN', 'LOGIN'],
    authOptional: true,
  };
}

type Done = (error?: Error | null) => void;

/** The calls to the connection while a message is received. */
export interface DataEvents {
  /** The final dot came. Nothing after it is read before `resume` is called. */
  onEnd(resume: () => void): void;
  /** The queue was slower than the client, and has caught up. */
  onWaited(): void;
  onBareLf(): void;
}

/**
 * The library's parser with qmail's DATA phase: the library's own accepts a LF without CR, and keeps the dots of lines that
 * are not stuffed twice.
 */
export class SmtpParser extends SMTPStream {
  private message: { incoming: IncomingMessage; events: DataEvents } | undefined;
  /** More input is here already, after the command or message at hand. */
  moreIsHere = false;
  /** Called for every piece of input; true: it is not looked at. */
  stopAt: (piece: Buffer) => boolean = () => false;

  /** The bytes from here to the final dot are a message. */
  startMessage(incoming: IncomingMessage, events: DataEvents): void {
    this.message = { incoming, events };
    this._dataMode = true;
  }

  override _write(piece: Buffer, encoding: BufferEncoding | 'buffer', done: Done): void {
    if (this.isClosed || this.stopAt(piece)) {
      done();
      return;
    }
    if (!this._dataMode) this.moreIsHere = piece.indexOf(LF) < piece.length - 1;
    super._write(piece, encoding, done);
  }

  override _feedDataStream(piece: Buffer, done: Done): void {
    // Outside of data mode there is no message, and the base class does not call this.
    const { incoming, events } = this.message as NonNullable<typeof this.message>;
    const { end, bareLf } = incoming.push(piece);
    if (end === undefined && !bareLf) {
      if (incoming.full) {
        incoming.whenReady(() => {
          events.onWaited();
          done();
        });
      } else done();
      return;
    }
    this.message = undefined;
    this._dataMode = false;
    this._remainder = '';
    if (bareLf) {
      // What follows cannot be trusted: the connection closes, and the rest of the input is not read.
      this.isClosed = true;
      events.onBareLf();
      done();
    } else {
      const rest = piece.subarray(end);
      this.moreIsHere = rest.length > 0;
      events.onEnd(() => this._write(rest, 'buffer', done));
    }
  }

  /** A line without an end, at the end of the input, is not a command. */
  override _flushData(): void {}

  override _commandTooLong(): Error {
    super._commandTooLong();
    return new Error('command line too long (#5.5.2)');
  }
}

/** A connection of the library with its inside behind plain names. The methods without a body are told what happens. */
export abstract class LibraryConnection extends SMTPConnection {
  /** A silent client is dismissed after this time. */
  protected abstract idleTimeoutMs(): number;
  /** Every piece of input. @returns true: it is not looked at */
  protected abstract received(piece: Buffer): boolean;
  protected abstract commandLine(line: Buffer, next: () => void): void;
  protected abstract badInput(reason: string): void;
  protected abstract sendGreeting(): void;
  /** The connection is ready, or TLS has begun: what the client said before does not count. */
  protected abstract sessionReset(): void;
  protected abstract idleTooLong(): void;
  /** TLS begins over the connection. */
  protected abstract tlsStarts(secure: Socket): void;
  protected abstract loginSucceeded(): void;
  protected abstract loginFailed(): void;
  protected abstract ended(): void;

  /** The greeting was sent. */
  protected get isGreeted(): boolean {
    return this._ready;
  }

  /** Within STARTTLS and between the lines of AUTH, the next line is the library's. */
  protected get libraryExpectsLine(): boolean {
    return this._upgrading || this._nextHandler !== false;
  }

  /** A command of the library waits for the host. */
  protected get libraryIsBusy(): boolean {
    return this._handlerPending;
  }

  protected get isEnding(): boolean {
    return this._closing || this._closed;
  }

  /** Undefined: the connection is closed. */
  protected get parser(): SmtpParser | undefined {
    return this._parser === false ? undefined : (this._parser as SmtpParser);
  }

  /** The user who logged in; undefined: there was no login. */
  protected get user(): string | undefined {
    return this.session.user ? String(this.session.user) : undefined;
  }

  protected readInput(ready: () => void): void {
    this._setListeners(ready);
  }

  protected whenWritable(next: () => void): void {
    this._whenWritable(next);
  }

  /** @param helo what the client called itself */
  protected leaveToLibrary(line: Buffer, helo: string | undefined, next: () => void): void {
    this.hostNameAppearsAs = helo ?? false;
    // Replies that wait to go out together go now, before another socket takes over.
    while (this._socket.writableCorked > 0) this._socket.uncork();
    super._onCommand(line, next);
  }

  /** Replies to commands that came in one packet go out in one packet. */
  protected reply(code: number, text: string | readonly string[]): void {
    const socket = this._socket;
    if (this.parser?.moreIsHere && socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(() => socket.uncork());
    }
    this.send(code, typeof text === 'string' ? text : [...text], false);
  }

  // Called by the base class's constructor: no field of a subclass exists yet.
  override _createParser(): SmtpParser {
    const parser = new SmtpParser();
    parser.stopAt = piece => this.received(piece);
    parser.oncommand = (line, next) => this._onCommand(line, next);
    parser.on('finish', () => this.close());
    parser.on('error', error => this.badInput(error.message));
    return parser;
  }

  override _onCommand(line: Buffer, next: () => void = () => {}): void {
    this.commandLine(line, next);
  }

  override _sendGreeting(): void {
    this.sendGreeting();
  }

  override _resetSession(): void {
    super._resetSession();
    if (this.secure) this._armTimeout();
    this.sessionReset();
  }

  override _armTimeout(socket: Socket = this._socket): void {
    const timeoutMs = this.idleTimeoutMs();
    if (socket !== this._socket) {
      watchHandshake(socket, this._socket, timeoutMs);
      this.tlsStarts(socket);
    } else socket.setTimeout(timeoutMs, () => this._onTimeout());
  }

  override _onTimeout(): void {
    if (this._closing) this._socket.destroy();
    else this.idleTooLong();
  }

  /** The client is not silent: it waits for the host. */
  protected waitOn(): void {
    this._armTimeout();
  }

  /** The library takes all listeners off the socket beneath TLS; those that wait for its end are put back. */
  override upgrade(resume: () => void, secured?: () => void): void {
    const socket = this._socket;
    const waiting = socket.rawListeners('close') as (() => void)[];
    super.upgrade(resume, secured);
    for (const listener of waiting) socket.on('close', listener);
  }

  override _onClose(): void {
    if (!this._closed) this.ended();
    super._onClose();
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    // The library says nothing to a client that has sent everything and shut its side (Exim does).
    if (this._socket.readyState === 'writeOnly' && !this._upgrading) this._socket.write(formatReply(code, data ?? ''));
    super.send(code, data, context);
    if (code === 235) this.loginSucceeded();
    if (code === 535) this.loginFailed();
  }
}
