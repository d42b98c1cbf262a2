// Decides which addresses are the owner's: `user@` and `user-anything@` any local domain, all addresses of the owner's virtual domains,
// those that users/assign gives the owner, and those at providers; but not those of another user whose name begins in the same way.
import { classify, stripPrepend } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import { addressFromText, displayAddress, lowerAscii, splitAddress } from '../../message/address.ts';

/** A name in users/assign. Byte strings, in lower case. */
interface AssignedName {
  readonly name: string;
  /** It stands for all names that begin with it. */
  readonly wild: boolean;
  /** It is assigned to the owner. */
  readonly own: boolean;
}

/** The names that tell the owner's addresses from those of others. */
export interface UserNames {
  /** Names in users/assign that are the owner's, or could be mistaken for them. */
  readonly assigned: readonly AssignedName[];
  /** Accounts of the machine that get mail and whose names begin with the owner's name and a dash. */
  readonly accounts: readonly string[];
}

/** The data that decides this, in a form that can be sent to another process. */
export interface OwnAddresses extends UserNames {
  /** Text, as `address`. */
  readonly user: string;
  readonly address: string;
  /** Addresses at providers, the usual one first: byte strings. */
  readonly identities: readonly string[];
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
  const { identities, locals, virtualDomains } = control;
  return { user, address, identities, locals: [...locals], virtualDomains: [...virtualDomains], assigned, accounts };
}

/** Returns a test for the owner's addresses (text). */
export function ownAddressTest(own: OwnAddresses): (address: string) => boolean {
  const control = {
    locals: new Set(own.locals),
    virtualDomains: new Map(own.virtualDomains),
    percentHack: new Set<string>(),
    envNoAtHost: '',
  };
  const user = lowerAscii(addressFromText(own.user));
  const certain = new Set([addressFromText(own.address), ...own.identities].map(lowerAscii));
  return text => {
    const address = lowerAscii(addressFromText(text));
    if (certain.has(address)) return true;
    if (!address.includes('@')) return false;
    const { channel, address: local } = classify(address, control);
    return channel === 'local' && isOwnName(splitAddress(local).local, user, own);
  };
}

/** In the order of qmail-lspawn: the exact assignment, the longest prefix, then the machine's accounts. */
function isOwnName(name: string, user: string, { assigned, accounts }: UserNames): boolean {
  const exact = assigned.find(line => !line.wild && line.name === name);
  if (exact) return exact.own;
  const beginnings = assigned.filter(line => line.wild && name.startsWith(line.name));
  const [longest] = beginnings.toSorted((a, b) => b.name.length - a.name.length);
  if (longest) return longest.own;
  if (accounts.some(account => name === account || name.startsWith(`${account}-`))) return false;
  return name === user || name.startsWith(`${user}-`);
}

/** The address in From of a message without another one. */
export function usualAddress({ address, identities }: Pick<OwnAddresses, 'address' | 'identities'>): string {
  const [first] = identities;
  return first === undefined ? address : displayAddress(first);
}

/** The original address of mail with this Delivered-To: for a virtual domain, without the prefix that the host has added. */
export function withoutPrepend(address: string, { virtualDomains }: Pick<OwnAddresses, 'virtualDomains'>): string {
  return displayAddress(stripPrepend(addressFromText(address), { virtualDomains: new Map(virtualDomains) }));
}
