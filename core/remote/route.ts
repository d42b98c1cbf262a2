// control/smtproutes: which relay takes the mail for a domain.
import { isIP } from 'node:net';
import type { Control } from '../control/control.ts';
import { domainKeys } from '../control/lookup.ts';
import { lowerAscii } from '../message/address.ts';

/** Where mail for a domain goes instead of to its mail exchangers. */
export interface Route {
  /** A name, or an IP address with or without brackets. */
  readonly relay: string;
  /** Undefined: what stands behind the colon is not a port number. */
  readonly port: number | undefined;
}

/** @returns undefined when the domain has no route, or an empty one: its mail exchangers are asked */
export function findRoute(routes: Control['smtpRoutes'], host: string): Route | undefined {
  for (const key of [...domainKeys(lowerAscii(host)), '']) {
    const value = routes.get(key);
    if (value !== undefined) return value === '' ? undefined : parseRoute(value);
  }
  return undefined;
}

/** `relay`, `relay:port`, `[ip]`, `[ip]:port`, or an IPv6 address alone. */
function parseRoute(value: string): Route {
  const [, relay, port] = (isIP(value) === 6 ? null : /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(value)) ?? [value, value];
  return { relay: relay ?? value, port: port === undefined ? 25 : parsePort(port) };
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
