// Parses address lists as typed in the composer: strictly, because a wrong guess sends mail to a stranger.
import { domainToASCII } from 'node:url';
import { addressFromText, displayAddress } from '../../message/address.ts';
import { type RewriteAddress, readAddressList } from '../../message/header/address-list.ts';
import { type Token, tokenize, unquoteTokens } from '../../message/header/tokens.ts';

/** A person in a header. Both are text; the address has a complete host and no quotes. */
export interface Person {
  readonly name: string;
  readonly address: string;
}

/** A person in a typed list. */
interface TypedPerson extends Person {
  /** The typed text, if it has no `@`: then the whole host is a guess. */
  readonly guessedFrom?: string;
}

/** The people in a list, or the first part of it that is not an address. */
export type TypedList =
  | { readonly ok: true; readonly people: readonly TypedPerson[] }
  | { readonly ok: false; readonly part: string };

// Leaves room for what forwarding adds; SMTP servers take 256 (RFC 5321 section 4.5.3.1.3), qmail 1002.
const maxAddressBytes = 900;
/** With a name and comments: what is longer is not a person. */
const mostPartLetters = 10_000;
const hostName = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;
const hostLiteral = /^\[[^\][\s\\]+\]$/;

/**
 * Parses a list separated by commas, semicolons or line ends. Group names are dropped, their members kept. Missing or abbreviated hosts
 * are completed as qmail-inject does.
 */
export function parseTypedList(text: string, rewrite: RewriteAddress): TypedList {
  const { people, unfinished } = sortTypedList(text, rewrite);
  const [part] = unfinished;
  return part === undefined ? { ok: true, people } : { ok: false, part };
}

/** The same for a list that is still being typed: its people, and the parts that are not addresses (yet). */
export function sortTypedList(text: string, rewrite: RewriteAddress): { people: TypedPerson[]; unfinished: string[] } {
  const people: TypedPerson[] = [];
  const unfinished: string[] = [];
  for (const part of typedParts(text, rewrite)) {
    if (typeof part !== 'string') people.push(part);
    else if (part !== '') unfinished.push(part);
  }
  return { people, unfinished };
}

/** The same, part by part, empty ones too: a long list can be read in slices. */
export function* typedParts(text: string, rewrite: RewriteAddress): Generator<TypedPerson | string> {
  for (const raw of splitList(text)) {
    const part = raw.trim();
    yield parsePerson(part, rewrite) ?? part;
  }
}

/** `Name <address>`, in a form that `parseTypedList` can parse. */
export function formatPerson(person: Person): string {
  const address = quotedAddress(person.address);
  const name = person.name.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  if (name === '' || name === person.address) return address;
  const written = /["(),:;<>@[\]\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
  return `${written} <${address}>`;
}

/** The address for a header, with its local part quoted if necessary. */
export function quotedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (at < 0 || /^[\w!#$%&'*+/=?^`{|}~\u0080-\uffff-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\uffff-]+)*$/.test(local)) {
    return address;
  }
  return `"${local.replace(/["\\]/g, '\\$&')}"${address.slice(at)}`;
}

/** The parts between separators outside quotes, comments and brackets. Group names are left out. */
function* splitList(text: string): Generator<string> {
  let start = 0;
  const closers: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const closer = closers.at(-1);
    if (char === '\\') at++;
    else if (char === closer) closers.pop();
    else if (closer === '"' || closer === ']') continue;
    else if (char in pairs && (closer !== ')' || char === '(')) closers.push(pairs[char] as string);
    else if (closers.length > 0) continue;
    else if (char === ',' || char === ';' || endsLine(text, at)) {
      yield text.slice(start, at);
      start = at + 1;
    } else if (char === ':') start = at + 1;
  }
  yield text.slice(start);
}

/** A line that is followed by a blank is folded, and does not end an address. */
function endsLine(text: string, at: number): boolean {
  return text.charAt(at) === '\n' && !/[ \t]/.test(text.charAt(at + 1));
}

const pairs: Readonly<Record<string, string>> = { '"': '"', '(': ')', '<': '>', '[': ']' };

function parsePerson(part: string, rewrite: RewriteAddress): TypedPerson | undefined {
  if (part === '' || part.length > mostPartLetters || /[\u0000-\u0008\u000e-\u001f\u007f]/.test(part)) return undefined;
  const tokens = tokenize(addressFromText(part));
  let hasHost = false;
  const list =
    tokens &&
    readAddressList(tokens, typed => {
      hasHost = typed.some(({ kind }) => kind === '@');
      return rewrite(typed);
    });
  const [address] = list?.addresses ?? [];
  if (!tokens || !address || list?.addresses.length !== 1) return undefined;
  const last = tokens.findLast(token => token.kind !== 'comment' && token.kind !== '>');
  if (last?.kind === '@' || !isPlainAddress(address)) return undefined;
  const complete = completeAddress(displayAddress(unquoteTokens(address)));
  if (complete === undefined) return undefined;
  return { name: nameIn(part, tokens), address: complete, ...(hasHost ? {} : { guessedFrom: part }) };
}

/** Exactly one `@`, and no tokens of lists and routes. */
function isPlainAddress(address: readonly Token[]): boolean {
  const odd = address.some(token => ['<', '>', ':', ';', ','].includes(token.kind));
  return !odd && address.filter(token => token.kind === '@').length === 1;
}

/** The address with its host in ASCII; undefined if it cannot be sent. */
function completeAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const typedHost = address.slice(at + 1);
  const host = hostLiteral.test(typedHost) || hostName.test(typedHost) ? typedHost : domainToASCII(typedHost);
  if (at < 1 || !/^[ -~]+$/.test(local)) return undefined;
  if (!hostLiteral.test(host) && !hostName.test(host)) return undefined;
  return local.length + host.length < maxAddressBytes ? `${local}@${host}` : undefined;
}

/** The phrase before `<` as typed, else the first comment. */
function nameIn(part: string, tokens: readonly Token[]): string {
  const phrase = tokens.slice(0, Math.max(tokens.findIndex(isAngle), 0)).filter(token => token.kind !== 'comment');
  if (phrase.length === 0) return displayAddress(tokens.find(token => token.kind === 'comment')?.text ?? '');
  const written = part.slice(0, part.indexOf('<')).trim();
  if (!/["(\\]/.test(written)) return written.replace(/\s+/g, ' ');
  return displayAddress(phrase.map(token => token.text).join(' '));
}

function isAngle(token: Token): boolean {
  return token.kind === '<';
}
