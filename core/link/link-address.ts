// The link for which the mail of a recipient waits.
import { linkNameIn } from '../control/links/link.ts';
import { lowerAscii, splitAddress } from '../message/address.ts';

/**
 * Mail for a domain of this host is no link's, whatever it is addressed to.
 * @param address of the local channel, a byte string @returns its name; undefined: it is no link's
 */
export function linkOfAddress(address: string, locals: ReadonlySet<string>): string | undefined {
  const { host = '' } = splitAddress(address);
  return locals.has(lowerAscii(host)) ? undefined : linkNameIn(address);
}
