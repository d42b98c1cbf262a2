// The relay for a message instead of the mail exchangers of its recipients, and the login there: by its sender (authsenders of
// s/qmail), then by the recipients' domain (qmtproutes, smtproutes).
import { isIP } from 'node:net';
import type { Control } from '../control/control.ts';
import { domainKeys } from '../control/domain-keys.ts';
import type { LoginFile } from '../control/passwords.ts';
import { parsePort, type RouteEntry, type RouteLogin } from '../control/routes.ts';
import { lowerAscii } from '../message/address.ts';

/** The relay that gets mail for a domain instead of its mail exchangers. */
export interface Route {
  readonly protocol: 'smtp' | 'qmtp';
  /** A name, or an IP address with or without brackets. */
  readonly relay: string;
  /** Undefined: the text after the colon is not a port number. */
  readonly port: number | undefined;
  /** The control file of the route; default: the routes of the protocol. */
  readonly file?: 'fallbackrelay' | 'authsenders';
  /** What the connection must be like whatever control files say; a login is never sent over any other. */
  readonly demands?: { readonly tls: 'verified' };
  readonly login?: RouteLogin;
}

/** Of one recipient or several at one host. Byte strings. */
export interface Way {
  readonly sender: string;
  readonly host: string;
}

type Tables = Pick<Control, 'smtpRoutes' | 'qmtpRoutes' | 'authSenders'>;

/** The lines that decide about a message. */
export interface FoundRoute {
  /** Undefined: the line of this key says that there is no route, or there is no line. */
  readonly route: Route | undefined;
  /** The table with the line; undefined: no table has one. */
  readonly by: { readonly file: 'authsenders' | 'qmtproutes' | 'smtproutes'; readonly key: string } | undefined;
}

/**
 * A sender in authsenders decides alone. Otherwise a QMTP route takes precedence over an SMTP route, even one with a longer
 * matching key; a bounce tries the key `!@` before the domain of its recipient (s/qmail).
 */
export function lookUpRoute({ smtpRoutes, qmtpRoutes, authSenders }: Tables, { sender, host }: Way): FoundRoute {
  const ofSender = senderKeys(lowerAscii(sender)).find(key => authSenders.has(key));
  if (ofSender !== undefined) {
    const entry = authSenders.get(ofSender);
    const by = { file: 'authsenders', key: ofSender } as const;
    return { route: entry && { ...bySmtp(entry), file: 'authsenders' }, by };
  }
  const ofDomain = [...domainKeys(lowerAscii(host)), ''];
  const bounces = sender === '' ? lookUpIn({ smtpRoutes, qmtpRoutes }, ['!@']) : nothing;
  return bounces.by ? bounces : lookUpIn({ smtpRoutes, qmtpRoutes }, ofDomain);
}

const nothing: FoundRoute = { route: undefined, by: undefined };

/** The first of the keys that is in a table. */
function lookUpIn({ smtpRoutes, qmtpRoutes }: Omit<Tables, 'authSenders'>, keys: readonly string[]): FoundRoute {
  const ofQmtp = keys.find(key => qmtpRoutes.has(key));
  const qmtp = ofQmtp === undefined ? undefined : qmtpRoutes.get(ofQmtp);
  if (qmtp && ofQmtp !== undefined) {
    return { route: { protocol: 'qmtp', ...placeOf(qmtp, 209) }, by: { file: 'qmtproutes', key: ofQmtp } };
  }
  const ofSmtp = keys.find(key => smtpRoutes.has(key));
  if (ofSmtp === undefined) return nothing;
  const smtp = smtpRoutes.get(ofSmtp);
  return { route: smtp && bySmtp(smtp), by: { file: 'smtproutes', key: ofSmtp } };
}

/** @returns undefined if there is no route, or an empty one: the mail exchangers of the host are used */
export function findRoute(tables: Tables, way: Way): Route | undefined {
  return lookUpRoute(tables, way).route;
}

/** control/fallbackrelay: the relay for mail that cannot be sent to its own host. */
export function fallbackRoute({ fallbackRelay }: Pick<Control, 'fallbackRelay'>): Route | undefined {
  return fallbackRelay && { ...bySmtp(fallbackRelay), file: 'fallbackrelay' };
}

/** The control file in which the login of a route stands. */
export function loginFileOf({ file }: Route): LoginFile {
  return file ?? 'smtproutes';
}

/** The whole address, each part of it that begins with a dot or @, the empty key. */
function senderKeys(sender: string): string[] {
  const starts = [...sender.matchAll(/[.@]/g)].map(({ index }) => index).filter(index => index > 0);
  return [...new Set([sender, ...starts.map(start => sender.slice(start)), ''])];
}

/** A login is sent to nobody but the relay that is named. */
function bySmtp(entry: RouteEntry): Route {
  const { login } = entry;
  const place = placeOf(entry, 25);
  return { protocol: 'smtp', ...place, ...(login && { login, demands: { tls: 'verified' } }) };
}

function placeOf({ relay, port }: RouteEntry, usualPort: number): Pick<Route, 'relay' | 'port'> {
  return { relay, port: port === undefined ? usualPort : parsePort(port) };
}

/** `1.2.3.4`, `[1.2.3.4]`, `[IPv6:::1]`, `[::1]` → the address in lower case; undefined: it is a name. */
export function literalAddress(host: string): string | undefined {
  const inner = /^\[(?:IPv6:)?([^\]]*)\]$/i.exec(host)?.[1] ?? host;
  return isIP(inner) === 0 ? undefined : lowerAscii(inner);
}
