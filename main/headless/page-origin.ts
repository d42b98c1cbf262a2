// Which requests may be meant for the web page at all. Every site that the user's browser visits can reach 127.0.0.1 too,
// so Host and Origin must be the page's own. This does not authenticate the client: see handshake.ts.
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

export interface PageOrigin {
  /** The address of the page, as it is printed: `http://127.0.0.1:8025`. */
  readonly url: string;
  /** False when the browser reached this host under another name (DNS rebinding). */
  hostIsOurs(headers: IncomingHttpHeaders): boolean;
  /** True when the request comes from our own page, according to Origin. */
  originIsOurs(headers: IncomingHttpHeaders): boolean;
}

/**
 * For a page on loopback without TLS: the address that it listens on, and no name for it. Names can be made to point
 * anywhere, and another program may listen on the same port of another loopback address (`localhost` may be ::1).
 */
export function loopbackOrigin(address: string, port: number): PageOrigin {
  const host = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const url = new URL(`http://${host}`).origin;
  return {
    url,
    hostIsOurs: headers => headers.host === host,
    originIsOurs: ({ origin }) => origin === url,
  };
}

/**
 * For a page that browsers reach by a name over TLS, ours or a reverse proxy's: that name, and nothing else.
 * @param name `HOST` or `HOST:PORT`, as browsers put it into Host
 */
export function namedOrigin(name: string): PageOrigin {
  const url = new URL(`https://${name}`).origin;
  return {
    url,
    hostIsOurs: ({ host = '' }) => URL.parse(`https://${host}`)?.origin === url && !/[/?#@\\\s]/.test(host),
    originIsOurs: ({ origin }) => origin === url,
  };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True for 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
