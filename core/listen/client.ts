// What is known about a client apart from its own words, and what it may do: read from the environment, as in qmail-smtpd.
import type { Environment } from '../lib/net/tcp-environment.ts';
import { clientKindOf } from './client-kind.ts';

/** One client. Strings are byte strings. */
export interface Client {
  readonly remoteIp: string;
  /** The client's name according to the DNS. */
  readonly remoteHost: string | undefined;
  /** The user of the connection, according to the client's host (ident). */
  readonly remoteInfo: string | undefined;
  readonly localHost: string;
  /** Set: the client may send to any domain, and this is appended to each of its recipients. */
  readonly relayClient: string | undefined;
  /** The largest message from this client, 0: no limit; undefined: control/databytes says. */
  readonly dataBytes: number | undefined;
}

/** Missing addresses and names are `unknown`. */
export function clientFrom(environment: Environment): Client {
  return {
    remoteIp: environment.TCPREMOTEIP ?? 'unknown',
    remoteHost: environment.TCPREMOTEHOST,
    remoteInfo: environment.TCPREMOTEINFO,
    localHost: environment.TCPLOCALHOST ?? environment.TCPLOCALIP ?? 'unknown',
    relayClient: environment.RELAYCLIENT,
    dataBytes: environment.DATABYTES === undefined ? undefined : leadingNumber(environment.DATABYTES),
  };
}

/** This machine itself, or a client that may relay: it is not delayed. */
export function isTrusted({ relayClient, remoteIp }: Client): boolean {
  return clientKindOf({ relayClient, remoteIp }) !== 'stranger';
}

/** Text that does not start with a digit is 0, as in qmail's scan_ulong. */
function leadingNumber(text: string): number {
  return Number(/^\d{1,15}/.exec(text)?.[0] ?? 0);
}
