// control/qmtproutes and control/smtproutes: which relay takes the mail for a domain, and by which protocol.
import { isIP } from 'node:net';
import type { Control } from '../control/control.ts';
import { domainKeys } from '../control/domain-keys.ts';
import { lowerAscii } from '../message/address.ts';

/** Where mail for a domain goes instead of to its mail exchangers. */
export interface Route {
  readonly protocol: 'smtp' | 'qmtp';
  /** A name, or an IP address with or without brackets. */
  readonly relay: string;
  /** Undefined: what stands behind the colon is not a port number. */
  readonly port: number | undefined;
  /** The control file that says so; default: the routes of the protocol. */
  readonly file?: 'fallbackrelay';
}

/**
 * A route by QMTP is preferred to one by SMTP, however much closer that one's key is.
 * @returns undefined when the domain has no route, or an empty one: its mail exchangers are asked
 */
export function findRoute(control: Pick<Control, 'smtpRoutes' | 'qmtpRoutes'>, host: string): Route | undefined {
  const qmtp = routeIn(control.qmtpRoutes, host);
  if (qmtp) return { protocol: 'qmtp', ...parseRoute(qmtp, 209) };
  const smtp = routeIn(control.smtpRoutes, host);
  return smtp ? { protocol: 'smtp', ...parseRoute(smtp, 25) } : undefined;
}

/** control/fallbackrelay: who takes the mail that the host it is for cannot be given. */
export function fallbackRoute({ fallbackRelay }: Pick<Control, 'fallbackRelay'>): Route | undefined {
  return fallbackRelay ? { protocol: 'smtp', file: 'fallbackrelay', ...parseRoute(fallbackRelay, 25) } : undefined;
}

/** The first key that is there for a host: itself, its suffixes, the empty one. */
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
