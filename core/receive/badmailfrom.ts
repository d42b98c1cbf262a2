// Refused senders (control/badmailfrom).
import type { Control } from '../control/control.ts';
import { lowerAscii, splitAddress } from '../message/address.ts';

/** Is this envelope sender, or its whole domain as `@host`, listed in control/badmailfrom? */
export function isBadMailFrom(control: Control, sender: string): boolean {
  if (control.badMailFrom.size === 0) return false;
  const { host } = splitAddress(sender);
  return (
    control.badMailFrom.has(lowerAscii(sender)) ||
    (host !== undefined && control.badMailFrom.has(`@${lowerAscii(host)}`))
  );
}
