// The lines of control/tlsdestinations (s/qmail): for which host TLS is used, and what its certificate must be like. The form of
// s/qmail 3, `key:cafile|ciphers|depth;port|senderdomain`, and that of its successor with depth and port before the ciphers.
import { lowerAscii } from '../message/address.ts';

/** A certificate by its fingerprint. */
export interface Pin {
  /** As Node names digests. */
  readonly digest: 'sha1' | 'sha224' | 'sha256' | 'sha512';
  /** In lower-case hex. */
  readonly hex: string;
}

/** A line that can be followed. Byte strings. */
export interface TlsDestination {
  readonly kind: 'rule';
  /** From 1. */
  readonly line: number;
  /** A file of CAs, or a directory of such files if it ends in a slash; undefined: the CAs that are known anyway. */
  readonly caPath: string | undefined;
  readonly pin: Pin | undefined;
  /** In OpenSSL's form. */
  readonly ciphers: string | undefined;
  /** The most certificates between the server's and the CA's. */
  readonly depth: number | undefined;
  readonly port: number | undefined;
  /** TLS starts with the connection, whatever the port. */
  readonly implicit: boolean;
  /** The line counts for senders of this domain only. */
  readonly senderDomain: string | undefined;
}

/** A line that cannot be followed: mail for its hosts waits. */
export interface BrokenTlsDestination {
  readonly kind: 'broken';
  readonly line: number;
  /** What is wrong, as a sentence with what to write. */
  readonly why: string;
}

/** The lines by their key in lower case, as written: `!host`, `%host`, `=host`, `~host`, `host`, `-host`, `*`, … */
export type TlsDestinations = ReadonlyMap<string, readonly (TlsDestination | BrokenTlsDestination)[]>;

/** Lines without a colon are ignored; several with the same key count for different senders' domains. */
export function tlsDestinations(
  lines: readonly { readonly text: string; readonly line: number }[] = [],
): TlsDestinations {
  const table = new Map<string, (TlsDestination | BrokenTlsDestination)[]>();
  for (const { text, line } of lines) {
    const colon = text.indexOf(':');
    if (colon < 0) continue;
    const key = lowerAscii(text.slice(0, colon));
    table.set(key, [...(table.get(key) ?? []), parseTlsDestination(key, text.slice(colon + 1), line)]);
  }
  return table;
}

/** @param value what follows the first colon */
export function parseTlsDestination(key: string, value: string, line: number): TlsDestination | BrokenTlsDestination {
  const broken = (why: string) => ({ kind: 'broken', line, why }) as const;
  const fields = value.split('|');
  const [first = '', second = '', third = '', senderDomain = ''] = fields;
  if (fields.length > 4) return broken('It has more than four fields: write cafile|ciphers|depth;port|senderdomain.');
  // `host:;465` leaves out everything but the port.
  const shortcut = fields.length === 1 && first !== '' ? parsePlace(first) : undefined;
  const [place, ciphers] = shortcut ? [shortcut, ''] : inEitherOrder(second, third);
  if (!place) {
    return broken('Of its second and third field one must be a depth, a port, or both: write 2, ;465, ;s587 or 2;465.');
  }
  if (place.port !== undefined && (place.port < 1 || place.port > 65_535)) {
    return broken(`${place.port} is not a port: write a number from 1 to 65535.`);
  }
  const pin = !shortcut && first.startsWith('=') ? parsePin(first.slice(1)) : undefined;
  if (pin === null) {
    return broken(
      'The fingerprint is not hex of 40, 56, 64 or 128 digits: write that of SHA-1, SHA-224, SHA-256 or SHA-512.',
    );
  }
  if (key.startsWith('%') && !pin) return broken('A key with % needs a fingerprint: write %host:=FINGERPRINT.');
  return {
    kind: 'rule',
    line,
    ...{ ...place, pin },
    caPath: shortcut || pin ? undefined : first || undefined,
    ciphers: ciphers || undefined,
    senderDomain: lowerAscii(senderDomain) || undefined,
  };
}

type Place = Pick<TlsDestination, 'depth' | 'port' | 'implicit'>;

/** Depth and port are told from ciphers by their form; undefined: neither field has it, or both. */
function inEitherOrder(second: string, third: string): readonly [place: Place | undefined, ciphers: string] {
  const [before, after] = [parsePlace(second), parsePlace(third)];
  if (second !== '' && before) return [third !== '' && after ? undefined : before, third];
  return [after, second];
}

/** `depth`, `depth;port`, `;port`, `;sport`, nothing; undefined: it is something else. */
function parsePlace(text: string): Place | undefined {
  const match = /^(\d{0,3})(?:;(s?)(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const [, depth = '', implicit = '', port = ''] = match;
  return {
    depth: depth === '' ? undefined : Number(depth),
    port: port === '' ? undefined : Number(port),
    implicit: implicit === 's',
  };
}

const digests: Readonly<Record<number, Pin['digest']>> = { 40: 'sha1', 56: 'sha224', 64: 'sha256', 128: 'sha512' };

/** Null: it is no fingerprint. */
function parsePin(text: string): Pin | null {
  const hex = lowerAscii(text.replaceAll(':', ''));
  const digest = digests[hex.length];
  return digest && /^[\da-f]+$/.test(hex) ? { digest, hex } : null;
}
