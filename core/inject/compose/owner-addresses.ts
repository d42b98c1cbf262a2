// Which addresses are the owner's: `user@` and `user-anything@` any local domain, all of virtual domains that are theirs, and
// what users/assign says; but not those of another user whose name begins in the same way.
import { classify, stripPrepend } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import { addressFromText, displayAddress, lowerAscii, splitAddress } from '../../message/address.ts';

/** A name of users/assign. Byte strings, in lower case. */
interface AssignedName {
  readonly name: string;
  /** All names that begin so. */
  readonly wild: boolean;
  /** It is the owner's. */
  readonly own: boolean;
}

/** Names that tell the owner's addresses from others'. */
export interface UserNames {
  /** All of users/assign that are the owner's, or could be mistaken for that. */
  readonly assigned: readonly AssignedName[];
  /** Accounts of the machine that get mail, and whose names begin with the owner's and a dash. */
  readonly accounts: readonly string[];
}

/** What makes an address the owner's, in a form that can be sent to another process. */
export interface OwnAddresses extends UserNames {
  /** Text, as `address`. */
  readonly user: string;
  readonly address: string;
  /** As in the control files: byte strings. */
  readonly locals: readonly string[];
  readonly virtualDomains: readonly (readonly [key: string, prepend: string])[];
}

/** The owner's addresses on this host. */
export function ownAddresses(
  owner: { user: string; address: string },
  control: Control,
  { assigned, accounts }: UserNames,
): OwnAddresses {
  const { user, address } = owner;
  const { locals, virtualDomains } = control;
  return { user, address, locals: [...locals], virtualDomains: [...virtualDomains], assigned, accounts };
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
    return channel === 'local' && isOwnName(splitAddress(local).local, user, own);
  };
}

/** In the order of qmail-lspawn: the exact assignment, the longest beginning, then the machine's accounts. */
function isOwnName(name: string, user: string, { assigned, accounts }: UserNames): boolean {
  const exact = assigned.find(line => !line.wild && line.name === name);
  if (exact) return exact.own;
  const beginnings = assigned.filter(line => line.wild && name.startsWith(line.name));
  const [longest] = beginnings.toSorted((a, b) => b.name.length - a.name.length);
  if (longest) return longest.own;
  if (accounts.some(account => name === account || name.startsWith(`${account}-`))) return false;
  return name === user || name.startsWith(`${user}-`);
}

/** The address that mail with this Delivered-To was written to: of a virtual domain, without what the host has put in front. */
export function withoutPrepend(address: string, { virtualDomains }: Pick<OwnAddresses, 'virtualDomains'>): string {
  return displayAddress(stripPrepend(addressFromText(address), { virtualDomains: new Map(virtualDomains) }));
}
