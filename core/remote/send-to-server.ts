// Sends one message to one server of a host, by QMTP or by SMTP. An SMTP connection that served another message a moment ago
// is used again where there is one.
import type { SecureContext } from 'node:tls';
import type { Control } from '../control/control.ts';
import { openChannelFor } from '../conversation/channel.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { createNetstringCollector } from '../lib/net/netstring.ts';
import { displayAddress } from '../message/address.ts';
import type { Envelope } from '../paper-path/shapes.ts';
import type { Connect } from './connections/connect.ts';
import type { Connected } from './connections/connect-first.ts';
import type { IdleConnections } from './connections/idle-connections.ts';
import type { LocalEnd } from './domain-ips/local-end.ts';
import type { Exchanger } from './exchangers/find-exchangers.ts';
import type { LoginClaim } from './login/logins.ts';
import type { Reports } from './outcome-of-replies.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { maxAnswerBytes, sendByQmtp } from './qmtp-client.ts';
import type { Route } from './route.ts';
import type { WireMessage } from './shared-messages.ts';
import { type Sent, sendMessage } from './smtp/client.ts';
import { openSession, type SmtpSession } from './smtp/session.ts';
import { openSecureStream, type TlsSetup } from './tls/secure-stream.ts';
import { inTheClear, type TlsTerms } from './tls/terms.ts';

/** The server that a message is sent to, and for which domain. */
export interface Target extends Exchanger {
  readonly port: number;
  readonly domain: string;
  readonly route: Route | undefined;
  readonly control: Control;
  readonly localEnd: LocalEnd;
  readonly terms: TlsTerms;
  /** For a route with a login. */
  readonly login: LoginClaim | undefined;
  /** For TLS on these terms. */
  readonly context: SecureContext;
  /** The search has taken too long: no other address is tried until the next attempt. */
  readonly isLate: () => boolean;
}

/** All answer undefined when none of the server's addresses can be connected to. */
export interface SendToServer {
  byQmtp(target: Target, message: OutgoingMessage, envelope: Envelope): Promise<Reports | undefined>;
  /** The server's other addresses are tried when one of them turns the message away. */
  bySmtp(target: Target, message: WireMessage, envelope: Envelope): Promise<Reports | undefined>;
}

interface SendToServerDeps {
  readonly clock: Clock;
  readonly connect: Connect;
  readonly connections: IdleConnections;
  /** Gets a line for every connection that is tried again without TLS. */
  readonly log: LogLine;
}

export const qmtpPort = 209;
const mostRemembered = 1000;

export function createSendToServer({ clock, connect, connections, log }: SendToServerDeps): SendToServer {
  /** Addresses that have offered CHUNKING and do not know BDAT. */
  const withoutChunking = new Set<string>();

  async function sendIn(session: SmtpSession, message: WireMessage, envelope: Envelope): Promise<Sent> {
    const { ip } = session;
    const sent = await sendMessage(session, message, envelope, withoutChunking.has(ip) ? 'no chunking' : 'chunking');
    if (sent.chunkRefused) {
      if (withoutChunking.size >= mostRemembered) withoutChunking.clear();
      withoutChunking.add(ip);
    }
    return sent;
  }

  /**
   * Sends over a connection that was used for another message. Undefined: there is none, or it failed before the server asked for the
   * message. Then a new connection decides, so that no message fails because of this.
   */
  async function sendAgain(target: Target, message: WireMessage, envelope: Envelope): Promise<Reports | undefined> {
    for (const ip of target.addresses) {
      const session = connections.take(purposeOf(target, ip));
      if (!session) continue;
      const sent = await sendIn(session, message, envelope);
      const reports = keepOpen(target, session, sent);
      if (sent.invited) return reports;
    }
    return undefined;
  }

  function keepOpen(target: Target, { ip, tls, extensions }: SmtpSession, sent: Sent): Reports {
    const { recipients, message, session } = target.login?.judge(sent) ?? sent;
    if (session) connections.keep(purposeOf(target, ip), session);
    return { recipients, message, server: { host: target.host, ip, tls, takesDsn: extensions.has('DSN') } };
  }

  function connectTo(target: Target, failed?: Set<string>): Promise<Connected | undefined> {
    const timeoutMs = target.control.timeoutConnectSec * 1000;
    // Where SMTP is still to be tried, only SMTP decides whether the host is down.
    const localIp = target.localEnd.ip;
    return connect({ ...target, timeoutMs, localIp, isTrial: target.byQmtp && target.port === qmtpPort }, failed);
  }

  function tlsSetup({ host, terms, context, control }: Target, ip: string): TlsSetup {
    // RFC 7672 section 3: the server is told the name whose records count.
    const name = terms.check.kind === 'dane' ? (terms.check.names[0] ?? host) : host;
    return { ip, host: name, terms, context, clock, timeoutMs: control.timeoutRemoteSec * 1000 };
  }

  async function sendOver(
    { ip, socket }: Connected,
    target: Target,
    message: WireMessage,
    envelope: Envelope,
    terms = target.terms,
  ): Promise<Reports> {
    const { heloHost } = target.localEnd;
    const opened = await openSession(socket, { ...tlsSetup(target, ip), terms, heloHost });
    if (opened.kind === 'ready') {
      const { session } = opened;
      const notLoggedIn = await target.login?.over(session);
      if (notLoggedIn) {
        session.channel.close('QUIT\r\n');
        return { recipients: [], message: notLoggedIn, server: { host: target.host, ip, tls: session.tls } };
      }
      if (target.login) session.user = target.login.user;
      const sent = await sendIn(session, message, envelope);
      const withData = sent.chunkRefused ? await connectTo({ ...target, addresses: [ip] }) : undefined;
      return withData ? sendOver(withData, target, message, envelope, terms) : keepOpen(target, session, sent);
    }
    if (opened.handshake !== undefined && terms.use === 'offered') {
      log(
        `remote: ${ip} port ${target.port} for ${displayAddress(target.domain)}: TLS failed (${opened.handshake}), tried without`,
      );
      const again = await connectTo({ ...target, addresses: [ip] });
      if (again) return sendOver(again, target, message, envelope, inTheClear);
    }
    return { recipients: [], message: opened.report, server: { host: target.host, ip } };
  }

  return {
    async byQmtp(target, message, envelope) {
      const connected = await connectTo(target);
      if (!connected) return undefined;
      const { ip, socket } = connected;
      const { host } = target;
      const setup = tlsSetup(target, ip);
      const secured = target.terms.implicit ? await openSecureStream(socket, setup) : undefined;
      if (secured?.kind === 'refused') return { recipients: [], message: secured.report, server: { host, ip } };
      const answers = createNetstringCollector(maxAnswerBytes);
      const channel = openChannelFor(answers, secured?.stream ?? socket, clock, { timeoutMs: setup.timeoutMs });
      const reports = await sendByQmtp(channel, ip, message, envelope);
      return { ...reports, server: { host, ip, tls: secured?.tls } };
    },
    async bySmtp(target, message, envelope) {
      const again = await sendAgain(target, message, envelope);
      if (again) return again;
      const failed = new Set<string>();
      let turnedAway: Reports | undefined;
      for (let left = target.addresses; left.length > 0; left = left.filter(ip => !failed.has(ip))) {
        const connected = await connectTo({ ...target, addresses: left }, failed);
        if (!connected) break;
        const reports = await sendOver(connected, target, message, envelope);
        if (!reports.message.elsewhere) return reports;
        turnedAway = reports;
        failed.add(connected.ip);
        if (target.isLate()) break;
      }
      return turnedAway;
    },
  };
}

/** Equal only for messages that would open the same connection. */
function purposeOf({ port, route, control, localEnd, host, terms, login }: Target, ip: string): string {
  const tls = `${host} ${JSON.stringify(terms)}`;
  return `${route?.relay ?? ''} ${ip} ${port} ${localEnd.ip} ${localEnd.heloHost} ${control.timeoutRemoteSec} ${tls} ${login?.purpose ?? ''}`;
}
