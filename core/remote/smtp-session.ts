// An SMTP connection that is ready for messages, within TLS if its terms say so; or why it is not.
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Channel, openChannel, UnaskedBytes } from '../conversation/channel.ts';
import { type Extensions, type Greeted, greetServer, introduceTo } from '../conversation/smtp-greeting.ts';
import { HandshakeFailed, type Secured, secure, startTls } from '../conversation/tls-client.ts';
import type { Clock } from '../lib/clock.ts';
import { connectionBroken, elsewhere, type MessageReport, putOff, turnedAway } from './outcome-of-replies.ts';
import { objectionTo, type Verdict, verdictOn } from './tls/check-certificate.ts';
import type { TlsTerms } from './tls/terms.ts';

/** The two ends, and what their connection must be like. */
export interface SessionSetup {
  readonly heloHost: string;
  /** The server's address for reports. */
  readonly ip: string;
  /** The server's name, which its certificate is compared with. */
  readonly host: string;
  readonly terms: TlsTerms;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** A connection on which EHLO or HELO has succeeded, and MAIL is next. */
export interface SmtpSession {
  readonly channel: Channel;
  readonly ip: string;
  readonly extensions: Extensions;
  /** Undefined: it is in the clear. */
  readonly tls: TlsUsed | undefined;
  /** The user who is logged in. */
  user?: string;
  /** How many messages the server has accepted on this connection. */
  accepted: number;
}

/** The TLS of a connection. */
interface TlsUsed extends Pick<Secured, 'version' | 'cipher'> {
  readonly certificate: Verdict;
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
    const report = elsewhere(reportOf(setup.ip, error));
    return { kind: 'not-ready', report, ...(error instanceof HandshakeFailed && { handshake: error.message }) };
  }
}

function createOpening(socket: Socket, setup: SessionSetup) {
  const { heloHost, ip, host, terms, clock, timeoutMs } = setup;
  let channel: Channel | undefined;

  function talkOver(stream: Duplex): Channel {
    channel = openChannel(stream, clock, timeoutMs);
    return channel;
  }

  /** Nothing is said over a connection whose certificate will not do. */
  async function goOn(secured: Secured, greet: typeof introduceTo | typeof greetServer) {
    const over = talkOver(secured.socket);
    const { version, cipher } = secured;
    const certificate = verdictOn(secured, host);
    const objection = objectionTo(certificate, terms.check);
    if (objection !== undefined) {
      over.close();
      return notVerified(ip, objection);
    }
    return sessionOf(await greet(over, heloHost), over, { version, cipher, certificate });
  }

  function sessionOf(greeted: Greeted, over: Channel, tls?: TlsUsed): SmtpSession | MessageReport {
    if (greeted.kind === 'ready') return { channel: over, ip, extensions: greeted.extensions, tls, accepted: 0 };
    const what = greeted.kind === 'not-greeted' ? 'greeting failed' : 'my name was rejected';
    return turnedAway(`Connected to ${ip} but ${what}.`, greeted.reply);
  }

  return {
    /** TLS from the first byte. */
    async withTls(): Promise<SmtpSession | MessageReport> {
      return goOn(await secure(socket, setup), greetServer);
    },
    /** STARTTLS, if the server offers it. */
    async inTheClear(): Promise<SmtpSession | MessageReport> {
      const over = talkOver(socket);
      const greeted = await greetServer(over, heloHost);
      const session = sessionOf(greeted, over);
      if (!('channel' in session) || terms.use === 'never') return session;
      if (!session.extensions.has('STARTTLS')) return terms.use === 'required' ? notOffered(ip) : session;
      const started = await startTls(over, setup);
      if (started.kind === 'secured') return goOn(started.secured, introduceTo);
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
  if (error instanceof HandshakeFailed) return putOff(`Connected to ${ip} but TLS failed: ${error.message}.`, '4.7.5');
  if (error instanceof UnaskedBytes) {
    return putOff(
      `Connected to ${ip} but something was said between STARTTLS and TLS, where nobody may speak.`,
      '4.7.5',
    );
  }
  return connectionBroken(ip, error);
}

function notOffered(ip: string): MessageReport {
  return elsewhere(putOff(`Connected to ${ip} but TLS is required, and the server does not offer it.`, '4.7.10'));
}

function notVerified(ip: string, why: string): MessageReport {
  return elsewhere(putOff(`Connected to ${ip} but its certificate cannot be verified: ${why}.`, '4.7.5'));
}
