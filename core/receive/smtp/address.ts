// The announced size in MAIL, and recipients that name this machine by its IP address (qmail-smtpd).
import { splitAddress } from '../../message/address.ts';

/** The message size that a client announces in MAIL (RFC 1870); undefined: none. */
export function announcedSize(parameters: readonly string[]): number | undefined {
  for (const parameter of parameters) {
    const match = /^SIZE=(\d{1,15})$/i.exec(parameter);
    if (match) return Number(match[1]);
  }
  return undefined;
}

/** `user@[127.0.0.1]` → `user@localiphost` when that address is one of this machine's (control/localiphost). */
export function replaceLocalLiteral(address: string, own: ReadonlySet<string>, localIpHost: string): string {
  if (!address.endsWith(']')) return address;
  const { local, host } = splitAddress(address);
  const literal = /^\[(?:IPv6:)?([0-9A-Fa-f.:]+)\]$/i.exec(host ?? '')?.[1];
  return literal && own.has(literal.toLowerCase()) ? `${local}@${localIpHost}` : address;
}
