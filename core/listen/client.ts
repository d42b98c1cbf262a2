// Who a client is, besides its own words, and what it may: read from the environment, as qmail-smtpd does.
import type { Environment } from '../lib/net/tcp-environment.ts';
import { clientKindOf } from './client-kind.ts';

/** One client. Strings are byte strings. */
export interface Client {
  readonly remoteIp: string;
  /** The client's name as far as it is known by other means than its own word. */
  readonly remoteHost: string | undefined;
  /** What the client's host says of the user there (ident). */
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

/** One of ours: this machine itself, and those who may relay. They are not kept waiting. */
export function isTrusted({ relayClient, remoteIp }: Client): boolean {
  return clientKindOf({ relayClient, remoteIp }) !== 'stranger';
}

/** Whatever does not begin with a digit is 0, as qmail's scan_ulong leaves it. */
function leadingNumber(text: string): number {
  return Number(/^\d{1,15}/.exec(text)?.[0] ?? 0);
}
