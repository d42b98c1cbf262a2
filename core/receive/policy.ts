// Who may send what to whom: relay control (rcpthosts), refused senders (badmailfrom), and clients that may relay.
import type { Control } from '../control/control.ts';
import { domainKeys } from '../control/lookup.ts';
import { lowerAscii, splitAddress } from '../message/address.ts';

/**
 * May a stranger send to this recipient? As in qmail a recipient without `@` is fine (it is local). Unlike qmail, a
 * missing control/rcpthosts does not open the relay: then only what this host delivers itself is taken.
 */
export function recipientAllowed(control: Control, recipient: string): boolean {
  const { host } = splitAddress(recipient);
  if (host === undefined) return true;
  const keys = domainKeys(lowerAscii(host));
  if (control.rcptHosts) return keys.some(key => control.rcptHosts?.has(key));
  return control.locals.has(keys[0] as string) || isVirtual(control, lowerAscii(recipient), keys);
}

/** The first entry found counts, and an empty one says: not virtual. */
function isVirtual(control: Control, recipient: string, keys: readonly string[]): boolean {
  for (const key of [recipient, ...keys, '']) {
    const prepend = control.virtualDomains.get(key);
    if (prepend !== undefined) return prepend !== '';
  }
  return false;
}

/** Is this envelope sender, or its whole domain as `@host`, listed in control/badmailfrom? */
export function senderRefused(control: Control, sender: string): boolean {
  if (control.badMailFrom.size === 0) return false;
  const { host } = splitAddress(sender);
  return (
    control.badMailFrom.has(lowerAscii(sender)) ||
    (host !== undefined && control.badMailFrom.has(`@${lowerAscii(host)}`))
  );
}

/** Is this IP address listed in control/relayclients, whole or by a prefix that ends in a dot or colon? */
export function mayRelay(control: Control, ip: string): boolean {
  return control.relayClients.some(entry => entry === ip || (/[.:]$/.test(entry) && ip.startsWith(entry)));
}
