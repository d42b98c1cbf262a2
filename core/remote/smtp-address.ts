// An address as a server can take it: one that does not know SMTPUTF8 (RFC 6531) gets ASCII only.
import { domainToASCII } from 'node:url';
import { displayAddress, quoteAddress, splitAddress } from '../message/address.ts';

/** @returns undefined when this server cannot take the address: an international domain has an ASCII form, a name has none */
export function smtpAddress(address: string, knowsUtf8: boolean): string | undefined {
  if (knowsUtf8 || isAscii(address)) return quoteAddress(address);
  const { local, host = '' } = splitAddress(address);
  const domain = domainToASCII(displayAddress(host));
  return isAscii(local) && domain !== '' ? quoteAddress(`${local}@${domain}`) : undefined;
}

export function isAscii(address: string): boolean {
  return !/[\x80-\xff]/.test(address);
}
