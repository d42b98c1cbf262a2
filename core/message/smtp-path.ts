// Parses the argument of MAIL and RCPT (qmail-smtpd's addrparse), as tolerantly as qmail: FROM: and TO: are not checked, brackets may be
// missing, quotes and source routes are removed.

import { hasControls } from './address.ts';

/** An envelope address as a byte string, and the ESMTP parameters after it. */
export interface ParsedPath {
  readonly address: string;
  readonly parameters: readonly string[];
}

const maxAddressBytes = 899;

/** @returns undefined if the address is longer than 899 bytes or contains control bytes, which no later hop would accept */
export function parsePath(argument: string): ParsedPath | undefined {
  const { text, terminator } = findPath(argument);
  const { address, end } = /[\\"]/.test(text) ? unquote(text, terminator) : plainPath(text, terminator);
  if (address.length > maxAddressBytes || hasControls(address)) return undefined;
  const parameters = text
    .slice(end + 1)
    .split(' ')
    .filter(word => word !== '');
  return { address, parameters };
}

/** An address and the offset of its terminator. */
interface Path {
  readonly address: string;
  readonly end: number;
}

function plainPath(text: string, terminator: string): Path {
  const found = text.indexOf(terminator);
  const end = found < 0 ? text.length : found;
  return { address: text.slice(0, end), end };
}

function unquote(text: string, terminator: string): Path {
  let address = '';
  let quoted = false;
  let at = 0;
  for (; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\') {
      at++;
      address += text[at] ?? '';
    } else if (char === terminator && !quoted) break;
    else if (char === '"') quoted = !quoted;
    else address += char;
  }
  return { address, end: at };
}

function findPath(argument: string): { text: string; terminator: string } {
  const bracket = argument.indexOf('<');
  if (bracket >= 0) return { text: withoutRoute(argument.slice(bracket + 1)), terminator: '>' };
  // indexOf is -1 if there is no colon: then the whole argument is the address. (qmail would use an empty address instead, although the
  // client has named one.)
  const text = argument.slice(argument.indexOf(':') + 1).replace(/^ +/, '');
  return { text: withoutRoute(text), terminator: ' ' };
}

/** `@relay1,@relay2:user@host` → `user@host`; empty if there is no colon. */
function withoutRoute(text: string): string {
  if (!text.startsWith('@')) return text;
  const colon = text.indexOf(':');
  return colon < 0 ? '' : text.slice(colon + 1);
}
