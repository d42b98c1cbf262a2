// Whether a message was written on this machine, or only passes through. Its Received fields say so: the ones at the top are ours,
// strangers cannot remove them, and a message that came from another machine has one with its address.
import { isLoopback } from '../../lib/net/network-of.ts';
import { clientInReceived } from '../../message/header/received-client.ts';

/**
 * Programs and users of this machine hand mail over by sendmail or by SMTP on loopback, and ofmipd serves nobody but users. A message
 * that was forwarded here counts as written here if it was; so does a bounce of this host.
 * @param received the Received fields in their order, each with its name
 */
export function isWrittenHere(received: readonly string[]): boolean {
  const hops = received.values();
  let any = false;
  for (const field of hops) {
    if (any && field.startsWith('Received: (ofmipd ')) continue;
    const [, how] = /^Received: \(qmail \d+ invoked (by uid \d+|by alias|for bounce|from network)\);/.exec(field) ?? [];
    if (how === undefined) return false;
    any = true;
    if (how !== 'from network') continue;
    // What the server wrote stands below the line of the queue.
    const client = clientInReceived(hops.next().value?.split('\n', 1)[0] ?? '');
    if (client === undefined || !isLoopback(client)) return false;
  }
  return any;
}

/** A bounce that this host wrote. @param received as above */
export function isOwnBounce(received: readonly string[]): boolean {
  return /^Received: \(qmail \d+ invoked for bounce\);/.test(received.at(-1) ?? '');
}
