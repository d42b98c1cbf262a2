// Reads the argument of MAIL and RCPT (qmail-smtpd's addrparse). As forgiving as qmail: FROM: and TO: are not
// checked, brackets may be missing, quoting is undone, a source route is dropped.

import { hasControls } from './address.ts';

/** An envelope address as a byte string, and the ESMTP parameters behind it. */
export interface ParsedPath {
  readonly address: string;
  readonly parameters: readonly string[];
}

const maxAddressBytes = 899;

/** @returns undefined when the address is longer than 899 bytes or holds control bytes, which no later hop could be given */
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

/** An address and the offset of what ends it. */
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
  // indexOf is -1 when there is no colon: then all of it is the address. (For qmail there is none: it would take the null
  // sender, or a recipient without a name, from a client that meant somebody.)
  const text = argument.slice(argument.indexOf(':') + 1).replace(/^ +/, '');
  return { text: withoutRoute(text), terminator: ' ' };
}

/** `@relay1,@relay2:user@host` → `user@host`; with no colon nothing is left. */
function withoutRoute(text: string): string {
  if (!text.startsWith('@')) return text;
  const colon = text.indexOf(':');
  return colon < 0 ? '' : text.slice(colon + 1);
}
