// Who may send what: refused senders (badmailfrom), and clients that may relay. Whom strangers may send to says
// control/rcpt-hosts.ts.
import type { Control } from '../control/control.ts';
import { lowerAscii, splitAddress } from '../message/address.ts';

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
