// The form of an address that a server accepts: only ASCII if it does not support SMTPUTF8 (RFC 6531).
import { domainToASCII } from 'node:url';
import { displayAddress, quoteAddress, splitAddress } from '../../message/address.ts';

/** @returns undefined if the server cannot accept the address: a domain has an ASCII form, a local part has none */
export function smtpAddress(address: string, knowsUtf8: boolean): string | undefined {
  if (knowsUtf8 || isAscii(address)) return quoteAddress(address);
  const { local, host = '' } = splitAddress(address);
  const domain = domainToASCII(displayAddress(host));
  return isAscii(local) && domain !== '' ? quoteAddress(`${local}@${domain}`) : undefined;
}

export function isAscii(address: string): boolean {
  return !/[\x80-\xff]/.test(address);
}
