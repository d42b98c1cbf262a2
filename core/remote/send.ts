// One message to one host for any number of recipients (qmail-remote), by SMTP or QMTP: finds the servers that take the
// host's mail and tries them in turn. The next one is tried when a server turns the message away without having any of it:
// a bad greeting, a closed connection.
import type { Control } from '../control/control.ts';
import { createDial, type Dial } from '../conversation/channel.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { perServers } from '../lib/net/dns.ts';
import { ownAddresses } from '../lib/net/own-addresses.ts';
import { UserError } from '../lib/user-error.ts';
import type { Envelope } from '../paper-path/shapes.ts';
import { createConnect } from './connections/connect.ts';
import { createIdleConnections, type IdleConnections } from './connections/idle-connections.ts';
import type { TcpTo } from './connections/tcpto.ts';
import type { DaneFor } from './dane/dane.ts';
import { localEndOf, otherFamily, reachableFrom } from './domain-ips/local-end.ts';
import { type Exchanger, findExchangers, noSuchHost } from './exchangers/find-exchangers.ts';
import { createDnsResolver, type Resolver } from './exchangers/resolver.ts';
import { cachedResolver } from './exchangers/resolver-cache.ts';
import { withForcedSender, withNote } from './forced-sender/force-sender.ts';
import type { LoginClaim, LoginRoute, Logins } from './login/logins.ts';
import { type MessageReport, putOff, type Reports, unreadable } from './outcome-of-replies.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { RelayBook } from './relay-book.ts';
import { fallbackRoute, findRoute, type Route } from './route.ts';
import { createSendToServer, qmtpPort, type Target } from './send-to-server.ts';
import { createSharedMessages } from './shared-messages.ts';
import { mayTake, noneListed, noteTesting } from './sts/follow-policy.ts';
import type { PolicyFor } from './sts/policies.ts';
import { createTlsPolicy, type DeliveryTls } from './tls/policy.ts';
import { askedBy } from './tls/secure-stream.ts';
import type { TlsTerms } from './tls/terms.ts';
import { unsendableByQmtp, unsendableBySmtp, unsendableMessage } from './unsendable.ts';

/** What sending needs. */
export interface SendDeps {
  /** The Waypost home: CAs and certificates for TLS are files of it. */
  readonly home: string;
  /** The configuration now. */
  readonly control: () => Control;
  readonly clock: Clock;
  /** Gets a line for every address that could not be reached, with the reason. */
  readonly log?: LogLine;
  /** Default: the DNS, through control/resolvers or the system's servers. */
  readonly resolver?: Resolver;
  /** This machine's IP addresses; default: those of its interfaces. */
  readonly localAddresses?: () => readonly string[];
  /** Default: TCP. */
  readonly dial?: Dial;
  /** What domains publish about their TLS (MTA-STS); default: nobody is asked. */
  readonly policyFor?: PolicyFor;
  /** What the DNS vouches for about their servers (DANE); default: nothing. */
  readonly daneFor?: DaneFor;
  /** Hosts that timed out and are not tried for a while. */
  readonly tcpto: TcpTo;
  /** Connections kept for the next message; the caller closes those that it passes in. Default: created here. */
  readonly connections?: IdleConnections;
  /** Learns how each message to a relay fared. */
  readonly relays?: Pick<RelayBook, 'note'>;
  /** For routes with a login; default: their messages wait. */
  readonly logins?: Logins;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

/** A message for some recipients at one host. */
export interface Shipment extends Envelope {
  readonly message: OutgoingMessage;
  readonly host: string;
}

/** Sends one message, and reports as qmail-remote does. */
export type Send = (shipment: Shipment) => Promise<Reports>;

/** Sends to one server. Undefined: none of its addresses can be connected to. */
type SendTo = (target: Target) => Promise<Reports | undefined>;

const smtpPort = 25;
const noConnection: MessageReport = {
  ...putOff("Sorry, I wasn't able to establish an SMTP connection.", '4.4.1'),
  elsewhere: true,
};

/** A host with many addresses whose servers all reply slowly would hold a delivery slot for days. */
const longestSearchMs = 1_200_000;

export function createSend(deps: SendDeps): Send {
  const { tcpto, clock } = deps;
  const currentResolver = resolverSource(deps.resolver, clock);
  const log = deps.log ?? (() => {});
  const connect = createConnect({ clock, tcpto, dial: deps.dial ?? createDial(clock), log });
  const connections = deps.connections ?? createIdleConnections(clock);
  const { byQmtp, bySmtp } = createSendToServer({ clock, connect, connections, log });
  const messages = createSharedMessages();
  const tlsPolicy = createTlsPolicy(deps.home);

  async function send(shipment: Shipment, control: Control): Promise<Reports> {
    const route = findRoute(control, shipment);
    const reports = await sendBy(route, shipment, control);
    const fallback = route?.protocol === 'qmtp' ? undefined : fallbackRoute(control);
    return fallback && reports.message.elsewhere ? sendBy(fallback, shipment, control) : reports;
  }

  async function sendBy(route: Route | undefined, written: Shipment, control: Control): Promise<Reports> {
    const leaving = await withForcedSender(written, route, control);
    if (leaving.kind === 'not-sent') return only(leaving.report);
    const { shipment } = leaving;
    const sent = await (route?.protocol === 'qmtp' ? sendByQmtp : sendBySmtp)(shipment, route, control);
    return shipment === written ? sent : withNote(sent, shipment.sender);
  }

  async function sendByQmtp(shipment: Shipment, route: Route | undefined, control: Control): Promise<Reports> {
    const sendTo: SendTo = async target =>
      target.terms.use === 'required' && !target.terms.implicit
        ? only(noTlsByQmtp(target.terms))
        : byQmtp(target, shipment.message, shipment);
    return unsendableByQmtp(shipment) ?? tryAll(shipment, route, control, sendTo);
  }

  async function sendBySmtp(shipment: Shipment, route: Route | undefined, control: Control): Promise<Reports> {
    if (/[\0- <>\x7f]/.test(shipment.host)) return only(noSuchHost(shipment.host));
    const unsendable = unsendableBySmtp(shipment);
    if (unsendable) return unsendable;
    using message = await messages.hold(shipment.message).catch(() => undefined);
    if (!message) return only(unreadable);
    const sendTo: SendTo = async target => {
      const qmtp = { ...target, port: qmtpPort };
      // What must have TLS is not sent without it.
      const sent =
        target.byQmtp && target.terms.use !== 'required' ? await byQmtp(qmtp, shipment.message, shipment) : undefined;
      return sent ?? unsendableMessage(shipment, message) ?? bySmtp(target, message, shipment);
    };
    return tryAll(shipment, route, control, sendTo);
  }

  async function tryAll(shipment: Shipment, route: Route | undefined, ...how: [Control, SendTo]): Promise<Reports> {
    const reports = await search(shipment, route, ...how);
    if (route) deps.relays?.note(route, reports);
    return reports;
  }

  async function search(
    { host, sender }: Shipment,
    route: Route | undefined,
    control: Control,
    sendTo: SendTo,
  ): Promise<Reports> {
    const usualPort = route ? route.port : smtpPort;
    if (usualPort === undefined) return only(badPort(host, route));
    const own = () => new Set((deps.localAddresses ?? ownAddresses)());
    const findDeps = { resolver: currentResolver(control), own, random: deps.random ?? Math.random };
    const [found, sts] = await Promise.all([
      findExchangers(host, route, findDeps),
      route ? undefined : deps.policyFor?.(host),
    ]);
    if (found.kind === 'failed') return only(found.report);
    const localEnd = await localEndOf(control, sender);
    if ('letter' in localEnd) return only(localEnd);
    const tls = tlsPolicy({ route, domain: host, sender, port: usualPort, sts }, control);
    const allowed = found.exchangers.filter(exchanger => mayTake(tls.sts, exchanger.host));
    if (allowed.length === 0) return only(noneListed(host));
    const exchangers = reachableFrom(localEnd.ip, allowed);
    if (exchangers.length === 0) return only(otherFamily(host, localEnd));
    const login = route?.login && (await claimLogin({ ...route, login: route.login, port: tls.port }));
    if (login && 'letter' in login) return only(login);
    try {
      return await tryEach(exchangers, { port: tls.port, domain: host, route, control, localEnd, login }, tls, sendTo);
    } finally {
      login?.end();
    }
  }

  async function claimLogin(route: LoginRoute): Promise<LoginClaim | MessageReport> {
    return deps.logins?.claim(route) ?? putOff('The message waits: it is to be sent with a login.', '4.7.0');
  }

  async function tryEach(
    exchangers: readonly Exchanger[],
    target: Omit<Target, keyof Exchanger | 'terms' | 'context' | 'isLate'>,
    tls: DeliveryTls,
    sendTo: SendTo,
  ): Promise<Reports> {
    const untilMs = clock.nowMs() + longestSearchMs;
    const isLate = () => clock.nowMs() > untilMs;
    let turnedAway: Reports | undefined;
    for (const [at, exchanger] of exchangers.entries()) {
      if (at > 0 && isLate()) break;
      const dane = tls.heedsDane ? await deps.daneFor?.(target.domain, exchanger.host) : undefined;
      if (dane?.kind === 'failed') {
        turnedAway = only(untrusted(exchanger.host, dane.what));
        continue;
      }
      const reports = await sendTo({ ...exchanger, ...target, ...tls.for(exchanger.host, dane), isLate });
      if (reports?.server) noteTesting(log, target.domain, tls.sts, reports.server);
      if (reports && !reports.message.elsewhere) return reports;
      turnedAway = reports ?? turnedAway;
    }
    return turnedAway ?? only(noConnection);
  }

  return async shipment => {
    try {
      return await send(shipment, deps.control());
    } catch (error) {
      // The owner has to correct a control file that makes no sense; until then the message waits.
      if (error instanceof UserError) return only(putOff(error.message, '4.3.5'));
      throw error;
    }
  };
}

/** RFC 7672 section 2.1.2: as if the server could not be reached. */
function untrusted(host: string, what: string): MessageReport {
  const words = `${host} was not tried: the resolver has no answer that can be trusted for ${what} (DANE).`;
  return { ...putOff(words, '4.7.5'), elsewhere: true };
}

function only(message: MessageReport): Reports {
  return { recipients: [], message };
}

/** QMTP has no STARTTLS. */
function noTlsByQmtp(terms: TlsTerms): MessageReport {
  return putOff(`QMTP has TLS on port 6209 only.${askedBy(terms)} Change the port in control/qmtproutes.`, '4.7.10');
}

/** Mail waits until the line of the route is corrected. */
export function badPort(host: string, route: Route | undefined): MessageReport {
  return putOff(
    `control/${route?.file ?? `${route?.protocol}routes`} names no port from 1 to 65535 for ${host}.`,
    '4.3.5',
  );
}

/** The given resolver, or one for the servers that the configuration names now. */
function resolverSource(given: Resolver | undefined, clock: Clock): (control: Control) => Resolver {
  if (given) return () => given;
  const open = perServers(servers => cachedResolver(createDnsResolver(servers), clock));
  return ({ resolvers }) => open(resolvers);
}
