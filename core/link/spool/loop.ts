// Mail that has come over a link and would go back over it for the same name: the two ends think that the other one has that
// person. It is recognised before it has gone round once; Delivered-To alone would notice it a round later.
import type { Link } from '../../control/links/link.ts';
import { isLoopback } from '../../lib/net/network-of.ts';
import { lowerAscii, splitAddress } from '../../message/address.ts';
import { clientInReceived } from '../../message/header/received-client.ts';
import { never, type Outcome } from '../../paper-path/outcome.ts';
import { isInNetwork } from '../turn/turned-by.ts';

/** How a message came to this host from the network. */
interface LastHop {
  readonly ip: string;
  /** The first address to which it was delivered here; undefined: none, it only passes through. A byte string. */
  readonly deliveredTo: string | undefined;
}

/** What is to be known of a message that waits for a link. */
interface Passing {
  /** The beginning of the message. */
  readonly head: Uint8Array;
  /** Without the prefix of the link. A byte string. */
  readonly recipient: string;
  /** Whether this address is the other end of the link. */
  readonly isFarEnd: (ip: string) => boolean;
}

/**
 * Mail for another name may go back: a list here has a subscriber there.
 * @returns why the message must not go out over this link; undefined: it may
 */
export function refusalOfLoop(link: string, { head, recipient, isFarEnd }: Passing): Outcome | undefined {
  const hop = lastHop(Buffer.from(head).toString('latin1'));
  if (!hop || !isFarEnd(hop.ip)) return undefined;
  if (nameOf(hop.deliveredTo ?? recipient) !== nameOf(recipient)) return undefined;
  return never(
    `This message came over link ${link} from ${hop.ip}, and would go back over it for the same name: each of the two hosts thinks that the other one has it. (#5.4.6)\n`,
    '5.4.6',
  );
}

/** What a link has learned of its other end, beside what its file says. */
interface KnownAddresses {
  /** From where the client of `turn-for` last came. */
  readonly clientIp: string | null;
  /** What the server's name meant at the last contact. It is not looked up for this: that might use the link. */
  readonly server: { readonly host: string; readonly ips: readonly string[] } | null;
}

export function isFarEndOf(
  { server, turnFor }: Pick<Link, 'server' | 'turnFor'>,
  { clientIp, server: known }: KnownAddresses,
  ip: string,
): boolean {
  // A link may lead through a tunnel that begins on this machine: from there the programs of this machine send too.
  if (isLoopback(ip)) return false;
  const ends = [
    ...(server?.kind === 'host' ? [server.host, ...(known?.host === server.host ? known.ips : [])] : []),
    ...turnFor.flatMap(client => (client.kind === 'address' ? [client.network] : [])),
    ...(clientIp === null ? [] : [clientIp]),
  ];
  return ends.some(end => isInNetwork(ip, end));
}

function nameOf(address: string): string {
  return lowerAscii(splitAddress(address).local);
}

/**
 * From the fields at the top, which this host wrote: the first Received field with a client's address, and the Delivered-To field
 * before it, which was written after it.
 */
function lastHop(head: string): LastHop | undefined {
  let deliveredTo: string | undefined;
  for (const [line, next] of linePairs(head)) {
    if (line === '') return undefined;
    if (line.startsWith(delivered)) deliveredTo = line.slice(delivered.length);
    const ip = next.startsWith('  by ') ? clientInReceived(line) : undefined;
    if (ip !== undefined) return { ip, deliveredTo };
  }
  return undefined;
}

const delivered = 'Delivered-To: ';

function* linePairs(text: string): Generator<readonly [line: string, next: string]> {
  for (let start = 0; start < text.length; ) {
    const end = endOfLine(text, start);
    yield [text.slice(start, end), text.slice(end + 1, endOfLine(text, end + 1))];
    start = end + 1;
  }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}
