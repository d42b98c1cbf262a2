// The kinds of clients that limits tell apart: strangers, programs of this machine, and clients that are known.
import { isLoopback } from '../lib/net/network-of.ts';

/** `known`: may relay, or has logged in. This machine is `loopback` even where a rule lets it relay. */
export type ClientKind = 'stranger' | 'loopback' | 'known';

export function clientKindOf(client: {
  readonly remoteIp: string;
  readonly relayClient: string | undefined;
}): ClientKind {
  const { remoteIp, relayClient } = client;
  if (isLoopback(remoteIp)) return 'loopback';
  return relayClient === undefined ? 'stranger' : 'known';
}
