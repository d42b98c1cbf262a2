// Whether a recipient is local, remote or virtual (qmail-send's rewrite()).
import { lowerAscii, splitAddress, withoutRootDot } from '../message/address.ts';
import type { Control } from './control.ts';
import { domainKeys } from './domain-keys.ts';

export type Channel = 'local' | 'remote';

/** Where a recipient goes, the address it has there, and why (for explanations). */
export interface Classified {
  readonly channel: Channel;
  readonly address: string;
  /** The percent hacks on the way: the listed domain, and the address that resulted. */
  readonly unhacked: readonly { readonly hack: string; readonly address: string }[];
  readonly because:
    | { readonly file: 'locals' }
    | { readonly file: 'virtualdomains'; readonly key: string }
    | { readonly file: 'none' };
}

type ClassifyControl = Pick<Control, 'envNoAtHost' | 'percentHack' | 'locals' | 'virtualDomains'>;

/** Classifies one envelope recipient (a byte string). Pure; the order of steps is qmail's. */
export function classify(recipient: string, control: ClassifyControl): Classified {
  const whole = recipient.includes('@') ? withoutRootDot(recipient) : `${recipient}@${control.envNoAtHost}`;
  const unhacked = unhack(whole, control.percentHack);
  const address = unhacked.at(-1)?.address ?? whole;
  const domain = lowerAscii(splitAddress(address).host ?? '');
  if (control.locals.has(domain)) return { channel: 'local', address, unhacked, because: { file: 'locals' } };
  const found = findPrepend(address, control);
  if (!found) return { channel: 'remote', address, unhacked, because: { file: 'none' } };
  const because = { file: 'virtualdomains', key: found.key } as const;
  if (found.prepend === '') return { channel: 'remote', address, unhacked, because };
  return { channel: 'local', address: `${found.prepend}-${address}`, unhacked, because };
}

/**
 * The line of control/virtualdomains for an address: for itself, its domain, the domain's suffixes, or all others. The
 * first match counts, and an empty prepend means: not virtual.
 */
export function findPrepend(
  address: string,
  { virtualDomains }: Pick<Control, 'virtualDomains'>,
): { readonly key: string; readonly prepend: string } | undefined {
  const domain = lowerAscii(splitAddress(address).host ?? '');
  for (const key of [lowerAscii(address), ...domainKeys(domain), '']) {
    const prepend = virtualDomains.get(key);
    if (prepend !== undefined) return { key, prepend };
  }
  return undefined;
}

/**
 * `box%inner@hack` means `box@inner` where control/percenthack lists `hack`. From then on the @ that was a % counts, even
 * if another @ follows it.
 */
function unhack(address: string, percentHack: ReadonlySet<string>): { hack: string; address: string }[] {
  const steps: { hack: string; address: string }[] = [];
  let current = address;
  for (let at = address.lastIndexOf('@'); ; ) {
    const hack = current.slice(at + 1);
    const percent = current.lastIndexOf('%', at);
    if (percent < 0 || !percentHack.has(lowerAscii(hack))) return steps;
    current = `${current.slice(0, percent)}@${current.slice(percent + 1, at)}`;
    at = percent;
    steps.push({ hack, address: current });
  }
}

/** Removes the prepend of a virtual domain, for bounces: only domain entries count, as in qmail-send. */
export function stripPrepend(address: string, control: Pick<Control, 'virtualDomains'>): string {
  const domain = lowerAscii(splitAddress(address).host ?? '');
  for (const key of [...domainKeys(domain), '']) {
    const prepend = control.virtualDomains.get(key);
    if (prepend === undefined) continue;
    return prepend !== '' && address.startsWith(`${prepend}-`) ? address.slice(prepend.length + 1) : address;
  }
  return address;
}
