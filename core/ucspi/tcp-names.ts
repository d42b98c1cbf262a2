// What tcpserver, tcpclient and the host's own servers find out about the two ends of a connection: names from the DNS, and the
// user of the connection from the other host (ident, RFC 1413). All of it is optional: without an answer in time it is unknown.
import type { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { arpaName } from '../lib/net/ipv6.ts';
import { type Ends, type Environment, endsOf, type SocketEnds, tcpEnvironment } from '../lib/net/tcp-environment.ts';

/**
 * The name of an address.
 * @param paranoid only a name that has the address
 */
async function nameOf(ip: string, dns: Resolver, paranoid = false): Promise<string | undefined> {
  try {
    // Not `reverse`, which reads /etc/hosts first.
    const [name] = await dns.resolvePtr(arpaName(ip) ?? '');
    if (name === undefined || !paranoid) return name;
    return (await addressesOf(name, dns)).includes(ip) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** The addresses of a name, or the address itself; empty: there are none. `0` and the empty name mean all of this machine's. */
export async function addressesOf(host: string, dns: Resolver): Promise<readonly string[]> {
  if (host === '' || host === '0') return ['0.0.0.0'];
  if (isIP(host) !== 0) return [host];
  if (host.toLowerCase() === 'localhost') return ['127.0.0.1'];
  const found = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
  return found.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []));
}

const identPort = 113;
const longestAnswer = 999;

/** The user that the other host names for its end. @param port for tests */
export function identOf(ends: Ends, timeoutMs: number, port = identPort): Promise<string | undefined> {
  return new Promise(resolve => {
    const { localIp, localPort, remoteIp, remotePort } = ends;
    const socket = connect({ host: remoteIp, port, localAddress: localIp });
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    let answer = '';
    socket.once('connect', () => socket.write(`${remotePort} , ${localPort}\r\n`));
    socket.on('data', raw => {
      answer += raw.toString('latin1');
      if (answer.includes('\n') || answer.length > longestAnswer) socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(/^[^:]*:[ \t]*USERID[ \t]*:[^:]*:[ \t]*([^\r\n]*)/i.exec(answer)?.[1]);
    });
  });
}

/** Which names to look up. */
export interface NamesWanted {
  /** Used instead of the DNS's. */
  readonly localName: string | undefined;
  /** The other end's name too. */
  readonly names: boolean;
  readonly paranoid?: boolean;
  readonly ident: boolean;
  readonly identSec: number;
}

/** What the host's own servers look up, and for how many seconds; 0: not at all. */
export interface ClientNamesWanted {
  /** Only a name that has the client's address, as with tcpserver -p. */
  readonly hostSec: number;
  readonly infoSec: number;
}

/** A host or user name that is safe in an environment: printable ASCII. */
const fit = /^[!-~]{1,255}$/;

/** TCPREMOTEHOST and TCPREMOTEINFO of a client, as far as they are known in time. Never throws. @param port for tests */
export async function clientNames(
  socket: SocketEnds,
  { hostSec, infoSec }: ClientNamesWanted,
  dns: Resolver,
  port?: number,
): Promise<Environment> {
  const ends = endsOf(tcpEnvironment(socket, ''));
  const [host, info] = await Promise.all([
    hostSec > 0 ? within(hostSec, nameOf(ends.remoteIp, dns, true)) : undefined,
    infoSec > 0 ? identOf(ends, infoSec * 1000, port) : undefined,
  ]);
  const names = { TCPREMOTEHOST: host?.toLowerCase(), TCPREMOTEINFO: info };
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined && fit.test(name)));
}

function within<T>(seconds: number, answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), seconds * 1000);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** All that can be found out about a connection. */
export async function describeConnection(socket: SocketEnds, wanted: NamesWanted, dns: Resolver): Promise<Environment> {
  const bare = tcpEnvironment(socket, '');
  const ends = endsOf(bare);
  const { localIp, remoteIp } = ends;
  const [localHost, remoteHost, info] = await Promise.all([
    wanted.localName ?? nameOf(localIp, dns),
    wanted.names ? nameOf(remoteIp, dns, wanted.paranoid) : undefined,
    wanted.ident ? identOf(ends, wanted.identSec * 1000) : undefined,
  ]);
  return { ...bare, TCPLOCALHOST: localHost, TCPREMOTEHOST: remoteHost, TCPREMOTEINFO: info };
}

/** The port of a number or the name of a service; undefined: it is neither. */
export function portOf(text: string): number | undefined {
  if (/^\d{1,5}/.test(text)) return Number.parseInt(text, 10) & 0xffff;
  for (const line of readServices().split('\n')) {
    const [name, port = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    if ([name, ...aliases].includes(text) && port.endsWith('/tcp')) return Number.parseInt(port, 10);
  }
  return undefined;
}

function readServices(): string {
  try {
    return readFileSync('/etc/services', 'utf8');
  } catch {
    return '';
  }
}
