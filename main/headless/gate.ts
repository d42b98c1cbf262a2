// Who may talk to the loopback web page: whoever holds the token that was printed on the host's terminal. Every site
// that the user's browser visits can reach 127.0.0.1 too, so the cookie, the Host header and the Origin are all checked.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

export interface Gate {
  /** False when the browser was led here under another name (DNS rebinding). */
  hostIsOurs(headers: IncomingHttpHeaders): boolean;
  /** True when the request carries the cookie that a right token earned. */
  hasCookie(headers: IncomingHttpHeaders): boolean;
  /** True when a script of our own page asks, as browsers say in Origin. */
  originIsOurs(headers: IncomingHttpHeaders): boolean;
  /** Compares a token from a URL in constant time. */
  tokenIsRight(token: string): boolean;
  /** The Set-Cookie value for one who brought the token. */
  readonly cookie: string;
}

/** @param address the address that is listened on; @param port the port that was got */
export function createGate(token: string, address: string, port: number): Gate {
  // Cookies do not tell ports apart: two hosts on one machine need two names.
  const cookieName = `waypost-${port}`;
  const expected = Buffer.from(token);

  function tokenIsRight(given: string): boolean {
    const bytes = Buffer.from(given);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  }

  return {
    tokenIsRight,
    cookie: `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    hostIsOurs: headers => isOwnHost(headers.host ?? '', address, port),
    hasCookie: headers => cookieValues(headers.cookie ?? '', cookieName).some(tokenIsRight),
    originIsOurs: headers => headers.origin !== undefined && headers.origin === `http://${headers.host}`,
  };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** True for 127.0.0.0/8 and ::1. */
function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** Names can be made to point anywhere, so only `localhost` and literal addresses count; on loopback, only loopback's. */
function isOwnHost(host: string, address: string, port: number): boolean {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d+))?$/i.exec(host);
  if (!parts || Number(parts[3] ?? 80) !== port) return false;
  const name = (parts[1] ?? parts[2] ?? '').toLowerCase();
  return name === 'localhost' || isLoopback(name) || (isIP(name) !== 0 && !isLoopback(address));
}

function cookieValues(header: string, name: string): string[] {
  return header
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`))
    .map(pair => pair.slice(name.length + 1));
}
