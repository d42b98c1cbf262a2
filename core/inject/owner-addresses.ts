// Which addresses are the owner's: `user@` and `user-anything@` any local domain, and all of virtual domains that are theirs.
import { classify } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import { addressFromText, lowerAscii, splitAddress } from '../message/address.ts';

/** What makes an address the owner's, in a form that can be sent to another process. */
export interface OwnAddresses {
  /** Text, as `address`. */
  readonly user: string;
  readonly address: string;
  /** As in the control files: byte strings. */
  readonly locals: readonly string[];
  readonly virtualDomains: readonly (readonly [key: string, prepend: string])[];
}

/** The owner's addresses on this host. */
export function ownAddresses(owner: { user: string; address: string }, control: Control): OwnAddresses {
  const { user, address } = owner;
  return { user, address, locals: [...control.locals], virtualDomains: [...control.virtualDomains] };
}

/** Tells the owner's addresses (text) from others'. */
export function ownAddressTest(own: OwnAddresses): (address: string) => boolean {
  const control = {
    locals: new Set(own.locals),
    virtualDomains: new Map(own.virtualDomains),
    percentHack: new Set<string>(),
    envNoAtHost: '',
  };
  const user = lowerAscii(addressFromText(own.user));
  const usual = lowerAscii(addressFromText(own.address));
  return text => {
    const address = lowerAscii(addressFromText(text));
    if (address === usual) return true;
    if (!address.includes('@')) return false;
    const { channel, address: local } = classify(address, control);
    const name = splitAddress(local).local;
    return channel === 'local' && (name === user || name.startsWith(`${user}-`));
  };
}
