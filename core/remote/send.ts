// One message to one host for any number of recipients (qmail-remote), by SMTP or QMTP: finds the addresses that take the
// host's mail, connects to the first that answers, and sends. The next one is tried when a server wants nothing of us: a bad greeting, a closed connection.
import type { Control } from '../control/control.ts';
import { createDial, type Dial, openChannel, openChannelFor } from '../conversation/channel.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { perServers } from '../lib/net/dns.ts';
import { createNetstringCollector } from '../lib/net/netstring.ts';
import { ownAddresses } from '../lib/net/own-addresses.ts';
import { UserError } from '../lib/user-error.ts';
import { splitAddress } from '../message/address.ts';
import type { DeliveryJob, Envelope } from '../paper-path/shapes.ts';
import { createConnect } from './connect.ts';
import type { Connected } from './connect-first.ts';
import { type Exchanger, findExchangers, noSuchHost } from './find-exchangers.ts';
import { createIdleConnections, type IdleConnections } from './idle-connections.ts';
import { maxAnswerBytes, sendByQmtp } from './qmtp-client.ts';
import { type MessageReport, putOff, type Reports, refused, unreadable } from './remote-report.ts';
import { createDnsResolver, type Resolver } from './resolver.ts';
import { cachedResolver } from './resolver-cache.ts';
import { fallbackRoute, findRoute, type Route } from './route.ts';
import { createSharedMessages, type WireMessage } from './shared-messages.ts';
import { type Sent, sendFirst, sendMessage } from './smtp-client.ts';
import type { TcpTo } from './tcpto.ts';

/** What sending is made of. */
export interface SendDeps {
  /** The configuration now. */
  readonly control: () => Control;
  readonly clock: Clock;
  /** Told of every address that could not be reached, and why. */
  readonly log?: LogLine;
  /** Default: the DNS, through control/resolvers or the system's servers. */
  readonly resolver?: Resolver;
  /** This machine's IP addresses; default: those of its interfaces. */
  readonly localAddresses?: () => readonly string[];
  /** Default: TCP. */
  readonly dial?: Dial;
  /** Hosts that are left alone for a while. */
  readonly tcpto: TcpTo;
  /** Connections kept for the next message; who passes them in closes them. Default: some of its own. */
  readonly connections?: IdleConnections;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

/** A message for some recipients at one host. */
export interface Shipment extends Envelope {
  readonly message: Pick<DeliveryJob, 'path' | 'raw'>;
  readonly host: string;
}

/** Sends one message, and reports as qmail-remote does. @param control as it was read for this message; default: it is read */
export type Send = (shipment: Shipment, control?: Control) => Promise<Reports>;

const smtpPort = 25;
const qmtpPort = 209;
const noConnection: MessageReport = {
  ...putOff("Sorry, I wasn't able to establish an SMTP connection.", '4.4.1'),
  elsewhere: true,
};
const partialLine = refused('SMTP cannot transfer messages with partial final lines.', '5.6.2');
const ambiguousEnd = refused('SMTP cannot safely transfer a line that is a single dot and NULs before it.', '5.6.2');
const badAddress = refused("Sorry, I can't put that address into an SMTP command.", '5.1.3');

/** Servers that take their time with every reply, and have many addresses, would hold a place for days. */
const longestSearchMs = 1_200_000;

export function createSend(deps: SendDeps): Send {
  const { tcpto, clock } = deps;
  const currentResolver = resolverSource(deps.resolver, clock);
  const connect = createConnect({ clock, tcpto, dial: deps.dial ?? createDial(clock), log: deps.log ?? (() => {}) });
  const connections = deps.connections ?? createIdleConnections(clock);
  const messages = createSharedMessages();

  async function send(shipment: Shipment, control: Control): Promise<Reports> {
    const route = findRoute(control, shipment.host);
    if (route?.protocol === 'qmtp') {
      return objectionTo(shipment, /\0/) ?? tryAll(shipment, route, control, target => sendPackage(target, shipment));
    }
    if (/[\0- <>\x7f]/.test(shipment.host)) return only(noSuchHost(shipment.host));
    // A line end in an address would be a command of its own.
    const objection = objectionTo(shipment, /[\r\n\0]/, /[\0- <>\x7f]/);
    if (objection) return objection;
    using message = await messages.hold(shipment.message).catch(() => undefined);
    if (!message) return only(unreadable);
    const carry = async (target: Target) => {
      const sent = target.byQmtp ? await sendPackage({ ...target, port: qmtpPort }, shipment) : undefined;
      return sent ?? unsendable(shipment, message) ?? sendBySmtp(target, message, shipment);
    };
    const reports = await tryAll(shipment, route, control, carry);
    const fallback = fallbackRoute(control);
    return fallback && reports.message.elsewhere ? tryAll(shipment, fallback, control, carry) : reports;
  }

  /** @param carry undefined: none of the exchanger's addresses can be connected to */
  async function tryAll(
    { host }: Shipment,
    route: Route | undefined,
    control: Control,
    carry: (target: Target) => Promise<Reports | undefined>,
  ): Promise<Reports> {
    const port = route ? route.port : smtpPort;
    if (port === undefined) return only(badPort(host, route));
    const own = () => new Set((deps.localAddresses ?? ownAddresses)());
    const findDeps = { resolver: currentResolver(control), own, random: deps.random ?? Math.random };
    const found = await findExchangers(host, route, findDeps);
    if (found.kind === 'failed') return only(found.report);
    const untilMs = clock.nowMs() + longestSearchMs;
    const isLate = () => clock.nowMs() > untilMs;
    let turnedAway: Reports | undefined;
    for (const [at, exchanger] of found.exchangers.entries()) {
      if (at > 0 && isLate()) break;
      const reports = await carry({ ...exchanger, port, domain: host, route, control, isLate });
      if (reports && !reports.message.elsewhere) return reports;
      turnedAway = reports ?? turnedAway;
    }
    return turnedAway ?? only(noConnection);
  }

  async function sendPackage(target: Target, shipment: Shipment): Promise<Reports | undefined> {
    const connected = await connectTo(target);
    if (!connected) return undefined;
    const { ip, socket } = connected;
    const answers = createNetstringCollector(maxAnswerBytes);
    const channel = openChannelFor(answers, socket, clock, target.control.timeoutRemoteSec * 1000);
    const reports = await sendByQmtp(channel, ip, shipment.message, shipment);
    return { ...reports, server: { host: target.host, ip } };
  }

  /** Where one address turns the message away, the others are asked. */
  async function sendBySmtp(target: Target, message: WireMessage, envelope: Envelope): Promise<Reports | undefined> {
    const again = await sendAgain(target, message, envelope);
    if (again) return again;
    const failed = new Set<string>();
    let turnedAway: Reports | undefined;
    for (let left = target.addresses; left.length > 0; left = left.filter(ip => !failed.has(ip))) {
      const connected = await connectTo({ ...target, addresses: left }, failed);
      if (!connected) break;
      const { ip, socket } = connected;
      const { heloHost, timeoutRemoteSec } = target.control;
      const channel = openChannel(socket, clock, timeoutRemoteSec * 1000);
      const reports = keepOpen(target, ip, await sendFirst(channel, { heloHost, ip }, message, envelope));
      if (!reports.message.elsewhere) return reports;
      turnedAway = reports;
      failed.add(ip);
      if (target.isLate()) break;
    }
    return turnedAway;
  }

  /**
   * Sends over a connection that served another message before. Undefined: there is none, or it did not work out before
   * the server asked for the message. Then a connection of its own decides: no message fares worse for this.
   */
  async function sendAgain(target: Target, message: WireMessage, envelope: Envelope): Promise<Reports | undefined> {
    for (const ip of target.addresses) {
      const session = connections.take(purposeOf(target, ip));
      if (!session) continue;
      const sent = await sendMessage(session, message, envelope);
      const reports = keepOpen(target, ip, sent);
      if (sent.invited) return reports;
    }
    return undefined;
  }

  function keepOpen(target: Target, ip: string, { recipients, message, session }: Sent): Reports {
    if (session) connections.keep(purposeOf(target, ip), session);
    return { recipients, message, server: { host: target.host, ip } };
  }

  function connectTo(target: Target, failed?: Set<string>): Promise<Connected | undefined> {
    const timeoutMs = target.control.timeoutConnectSec * 1000;
    // Where SMTP is still to be tried, it decides whether the host is down.
    return connect({ ...target, timeoutMs, isTrial: target.byQmtp && target.port === qmtpPort }, failed);
  }

  return async (shipment, control) => {
    try {
      return await send(shipment, control ?? deps.control());
    } catch (error) {
      // A control file that makes no sense is for its owner to put right; the message waits.
      if (error instanceof UserError) return only(putOff(error.message, '4.3.5'));
      throw error;
    }
  };
}

/** Where one message goes: a server, for a domain. */
interface Target extends Exchanger {
  readonly port: number;
  readonly domain: string;
  readonly route: Route | undefined;
  readonly control: Control;
  /** No other address is tried any more, until the next attempt. */
  readonly isLate: () => boolean;
}

function only(message: MessageReport): Reports {
  return { recipients: [], message };
}

/** Mail waits until the route's line is mended. */
export function badPort(host: string, route: Route | undefined): MessageReport {
  return putOff(
    `control/${route?.file ?? `${route?.protocol}routes`} names no port from 1 to 65535 for ${host}.`,
    '4.3.5',
  );
}

/** Equal only for messages that would open the same connection. */
function purposeOf({ port, route, control }: Target, ip: string): string {
  return `${route?.relay ?? ''} ${ip} ${port} ${control.heloHost} ${control.timeoutRemoteSec}`;
}

/** The given resolver, or one for the servers that the configuration names now. */
function resolverSource(given: Resolver | undefined, clock: Clock): (control: Control) => Resolver {
  if (given) return () => given;
  const open = perServers(servers => cachedResolver(createDnsResolver(servers), clock));
  return ({ resolvers }) => open(resolvers);
}

/** What makes a connection pointless: bytes in an address, or in its domain, that cannot be sent. */
function objectionTo({ sender, recipients }: Envelope, inAddress: RegExp, inDomain?: RegExp): Reports | undefined {
  const isBad = (address: string): boolean =>
    inAddress.test(address) || (inDomain?.test(splitAddress(address).host ?? '') ?? false);
  return [sender, ...recipients].some(isBad) ? only(badAddress) : undefined;
}

/** What SMTP cannot send. As qmail finds out while it sends, there is nothing against the recipients. */
function unsendable({ recipients }: Envelope, { facts }: WireMessage): Reports | undefined {
  if (facts.complete && facts.unambiguous) return undefined;
  const nothing = recipients.map(() => ({ letter: 'r', text: '' }) as const);
  return { recipients: nothing, message: facts.complete ? ambiguousEnd : partialLine };
}
