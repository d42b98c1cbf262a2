// control/qmtproutes and control/smtproutes: the relay for a domain, and its protocol.
import { isIP } from 'node:net';
import type { Control } from '../control/control.ts';
import { domainKeys } from '../control/domain-keys.ts';
import { lowerAscii } from '../message/address.ts';

/** The relay that gets mail for a domain instead of its mail exchangers. */
export interface Route {
  readonly protocol: 'smtp' | 'qmtp';
  /** A name, or an IP address with or without brackets. */
  readonly relay: string;
  /** Undefined: the text after the colon is not a port number. */
  readonly port: number | undefined;
  /** The control file of the route; default: the routes of the protocol. */
  readonly file?: 'fallbackrelay';
  /** What the connection must be like whatever control files say; a login is never sent over any other. */
  readonly demands?: { readonly tls: 'verified' };
}

/**
 * A QMTP route takes precedence over an SMTP route, even one with a longer matching key.
 * @returns undefined if the domain has no route, or an empty one: its mail exchangers are used
 */
export function findRoute(control: Pick<Control, 'smtpRoutes' | 'qmtpRoutes'>, host: string): Route | undefined {
  const qmtp = routeIn(control.qmtpRoutes, host);
  if (qmtp) return { protocol: 'qmtp', ...parseRoute(qmtp, 209) };
  const smtp = routeIn(control.smtpRoutes, host);
  return smtp ? { protocol: 'smtp', ...parseRoute(smtp, 25) } : undefined;
}

/** control/fallbackrelay: the relay for mail that cannot be sent to its own host. */
export function fallbackRoute({ fallbackRelay }: Pick<Control, 'fallbackRelay'>): Route | undefined {
  return fallbackRelay ? { protocol: 'smtp', file: 'fallbackrelay', ...parseRoute(fallbackRelay, 25) } : undefined;
}

/** The first key that exists for a host: the host itself, its suffixes, the empty key. */
export function routeKey(routes: ReadonlyMap<string, string>, host: string): string | undefined {
  return [...domainKeys(lowerAscii(host)), ''].find(known => routes.has(known));
}

/** The value of that key; it may be empty. */
function routeIn(routes: ReadonlyMap<string, string>, host: string): string | undefined {
  const key = routeKey(routes, host);
  return key === undefined ? undefined : routes.get(key);
}

/** `relay`, `relay:port`, `[ip]`, `[ip]:port`, or an IPv6 address alone. */
function parseRoute(value: string, usualPort: number): Omit<Route, 'protocol'> {
  const [, relay, port] = (isIP(value) === 6 ? null : /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(value)) ?? [value, value];
  return { relay: relay ?? value, port: port === undefined ? usualPort : parsePort(port) };
}

function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

/** `1.2.3.4`, `[1.2.3.4]`, `[IPv6:::1]`, `[::1]` → the address in lower case; undefined: it is a name. */
export function literalAddress(host: string): string | undefined {
  const inner = /^\[(?:IPv6:)?([^\]]*)\]$/i.exec(host)?.[1] ?? host;
  return isIP(inner) === 0 ? undefined : lowerAscii(inner);
}
