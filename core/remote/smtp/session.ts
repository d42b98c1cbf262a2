// An SMTP connection that is ready for messages, within TLS if its terms say so; or why it is not.
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Channel, openChannel, UnaskedBytes } from '../../conversation/channel.ts';
import { type Extensions, type Greeted, greetServer, introduceTo } from '../../conversation/smtp-greeting.ts';
import { HandshakeFailed, startTls } from '../../conversation/tls-client.ts';
import type { SessionTls } from '../../paper-path/outcome.ts';
import { connectionBroken, elsewhere, type MessageReport, putOff, turnedAway } from '../outcome-of-replies.ts';
import {
  handshakeFailed,
  judged,
  notOffered,
  openSecureStream,
  type SecureStream,
  type TlsSetup,
} from '../tls/secure-stream.ts';

/** The two ends, and what their connection must be like. */
export interface SessionSetup extends TlsSetup {
  readonly heloHost: string;
}

/** A connection on which EHLO or HELO has succeeded, and MAIL is next. */
export interface SmtpSession {
  readonly channel: Channel;
  readonly ip: string;
  readonly extensions: Extensions;
  /** Undefined: it is in the clear. */
  readonly tls: SessionTls | undefined;
  /** The user who is logged in. */
  user?: string;
  /** How many messages the server has accepted on this connection. */
  accepted: number;
}

/** A session; or the report for the message, and the connection is closed. */
export type Opened =
  | { readonly kind: 'ready'; readonly session: SmtpSession }
  /** `handshake`: why TLS did not come about, where that is the reason. */
  | { readonly kind: 'not-ready'; readonly report: MessageReport; readonly handshake?: string };

/** Greets, and starts TLS. Never throws. */
export async function openSession(socket: Socket, setup: SessionSetup): Promise<Opened> {
  const opening = createOpening(socket, setup);
  try {
    const opened = await (setup.terms.implicit ? opening.withTls() : opening.inTheClear());
    if ('channel' in opened) return { kind: 'ready', session: opened };
    opening.close('QUIT\r\n');
    return { kind: 'not-ready', report: opened };
  } catch (error) {
    opening.close();
    const handshake = error instanceof HandshakeFailed ? error.message : undefined;
    const report = handshake === undefined ? elsewhere(reportOf(setup.ip, error)) : handshakeFailed(setup, error);
    return { kind: 'not-ready', report, ...(handshake !== undefined && { handshake }) };
  }
}

function createOpening(socket: Socket, setup: SessionSetup) {
  const { heloHost, ip, terms, clock, timeoutMs } = setup;
  let channel: Channel | undefined;

  function talkOver(stream: Duplex): Channel {
    channel = openChannel(stream, clock, timeoutMs);
    return channel;
  }

  async function goOn(secured: SecureStream, greet: typeof introduceTo | typeof greetServer) {
    if (secured.kind === 'refused') return secured.report;
    const over = talkOver(secured.stream);
    return sessionOf(await greet(over, heloHost), over, secured.tls);
  }

  function sessionOf(greeted: Greeted, over: Channel, tls?: SessionTls): SmtpSession | MessageReport {
    if (greeted.kind === 'ready') return { channel: over, ip, extensions: greeted.extensions, tls, accepted: 0 };
    const what = greeted.kind === 'not-greeted' ? 'greeting failed' : 'my name was rejected';
    return turnedAway(`Connected to ${ip} but ${what}.`, greeted.reply);
  }

  return {
    /** TLS from the first byte. */
    async withTls(): Promise<SmtpSession | MessageReport> {
      return goOn(await openSecureStream(socket, setup), greetServer);
    },
    /** STARTTLS, if the server offers it. */
    async inTheClear(): Promise<SmtpSession | MessageReport> {
      const over = talkOver(socket);
      const greeted = await greetServer(over, heloHost);
      const session = sessionOf(greeted, over);
      if (!('channel' in session) || terms.use === 'never') return session;
      if (!session.extensions.has('STARTTLS')) return terms.use === 'required' ? notOffered(setup) : session;
      const started = await startTls(over, setup);
      if (started.kind === 'secured') return goOn(judged(started.secured, setup), introduceTo);
      return terms.use === 'required'
        ? turnedAway(`Connected to ${ip} but STARTTLS was rejected.`, started.reply)
        : session;
    },
    close(farewell?: string): void {
      if (channel) channel.close(farewell);
      else socket.destroy();
    },
  };
}

function reportOf(ip: string, error: unknown): MessageReport {
  if (!(error instanceof UnaskedBytes)) return connectionBroken(ip, error);
  const why = 'something was said between STARTTLS and TLS, where nobody may speak';
  return putOff(`Connected to ${ip} but ${why}.`, '4.7.5');
}
