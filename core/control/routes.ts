// A route as control files write it: a relay, its port, and a login there (smtproutes, qmtproutes, authsenders, fallbackrelay).
// Both forms are read: `relay;port` of s/qmail and `relay:port` of qmail, each with `|user|password` behind it.
import { isIP } from 'node:net';
import { type Secret, secretOf } from '../login/secret.ts';
import { lowerAscii } from '../message/address.ts';

/** A relay that gets mail instead of the mail exchangers. Byte strings. */
export interface RouteEntry {
  /** A name, or an IP address with or without brackets. */
  readonly relay: string;
  /** What is written as its port; undefined: nothing. */
  readonly port: string | undefined;
  readonly login: RouteLogin | undefined;
}

/** The login at a relay. */
export interface RouteLogin {
  readonly user: string;
  readonly password: PasswordPlace;
}

/** Where the password is: in the line itself, in the file `secrets/NAME` of the home (`@NAME`), or nowhere. */
type PasswordPlace =
  | { readonly kind: 'line'; readonly secret: Secret }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'none' };

/** Key in lower case → route; undefined: the key is in the table to say that there is no route. */
export type RouteTable = ReadonlyMap<string, RouteEntry | undefined>;

/** Lines `key:route`; lines without a colon are ignored, the last of equal keys counts. */
export function routeTable(lines: readonly string[] = []): RouteTable {
  const table = new Map<string, RouteEntry | undefined>();
  for (const text of lines) {
    const colon = text.indexOf(':');
    if (colon >= 0) table.set(lowerAscii(text.slice(0, colon)), parseRoute(text.slice(colon + 1)));
  }
  return table;
}

/** @returns undefined: there is nothing */
export function parseRoute(text: string): RouteEntry | undefined {
  if (text === '') return undefined;
  const { place, user, password } = fieldsOf(text);
  return { ...parsePlace(place), login: loginOf(user ?? '', password) };
}

/** The text of a route, or of a line with one, as it may be shown: without its password, but with the name of its file. */
export function shownRoute(text: string): string {
  const { place, user, password } = fieldsOf(text);
  if (user === undefined) return text;
  // With one field only, it may be the password.
  if (password === undefined) return `${place}|${hidden}`;
  return `${place}|${user}|${password.startsWith('@') ? password : hidden}`;
}

const hidden = '(not shown)';

/** `place|user|password`: everything after the second bar is the password. */
function fieldsOf(text: string): { place: string; user: string | undefined; password: string | undefined } {
  const [place = '', user, ...rest] = text.split('|');
  return { place, user, password: rest.length > 0 ? rest.join('|') : undefined };
}

function loginOf(user: string, password: string | undefined): RouteLogin | undefined {
  if (user === '' && !password) return undefined;
  // What stands alone may be the password: it counts as no user, whom texts would name.
  if (!password) return { user: '', password: { kind: 'none' } };
  if (password.startsWith('@')) return { user, password: { kind: 'file', name: password.slice(1) } };
  return { user, password: { kind: 'line', secret: secretOf(password) } };
}

/** `relay`, `relay:port`, `[ip]:port`, `relay;port`, or an IPv6 address alone or before `;port`. */
function parsePlace(place: string): Pick<RouteEntry, 'relay' | 'port'> {
  const semicolon = place.indexOf(';');
  if (semicolon >= 0) return { relay: place.slice(0, semicolon), port: place.slice(semicolon + 1) };
  if (isIP(place) === 6) return { relay: place, port: undefined };
  const [, relay = place, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(place) ?? [];
  return { relay, port };
}

/** Undefined: not a port. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}
