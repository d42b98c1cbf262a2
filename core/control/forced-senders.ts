// The lines of control/allmailfrom (nullmailer has a file of this name): `relay:address`, the address that mail through a relay must be
// from; `address` alone is for all other mail to other hosts.
import { lowerAscii } from '../message/address.ts';
import type { NumberedLine } from './read-control-files.ts';

/** What a line says. Byte strings. */
export type ForcedSender =
  | { readonly kind: 'address'; readonly address: string; readonly line: number }
  /** `relay:` – the senders of mail through this relay stay as they are. */
  | { readonly kind: 'none'; readonly line: number }
  /** What is written is not an address. */
  | { readonly kind: 'broken'; readonly text: string; readonly line: number };

/** By the name of the relay in lower case; the empty key is for all others. The last of equal keys counts. */
export type ForcedSenders = ReadonlyMap<string, ForcedSender>;

// Nothing that would need quotes in a header or an SMTP command.
const plainAddress = /^[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~.]+@[0-9A-Za-z.-]+$/;

export function forcedSenders(lines: readonly NumberedLine[] = []): ForcedSenders {
  return new Map(lines.map(({ text, line }) => parseForcedSender(text, line)));
}

/** The relay may be an IPv6 address with colons: the last one counts. */
export function parseForcedSender(text: string, line: number): readonly [relay: string, ForcedSender] {
  const colon = text.lastIndexOf(':');
  const relay = lowerAscii(text.slice(0, Math.max(colon, 0)));
  const address = text.slice(colon + 1);
  if (address === '' && relay !== '') return [relay, { kind: 'none', line }];
  return [relay, plainAddress.test(address) ? { kind: 'address', address, line } : { kind: 'broken', text, line }];
}

/** @param relay that of the route; undefined: the mail exchangers get the mail */
export function forcedSenderFor(table: ForcedSenders, relay: string | undefined): ForcedSender | undefined {
  return table.get(lowerAscii(relay ?? '')) ?? table.get('');
}
