// Access rules in djb's form, as text and as a constant database (tcprules(1)): which clients may connect, and with which
// environment variables. A rule's key is an address (`1.2.3.4`, `1.2.`, `=host`, `=.domain`, `info@ip`; empty: all clients; in
// the text, IPv6 addresses and networks are in brackets: `[2001:db8::1]`, `[2001:db8:0:1::/64]`); its data is `D` NUL for a
// refusal, then `+NAME=value` NUL for each environment variable. All strings are byte strings.
import type { Cdb, CdbRecord } from '../lib/disk/cdb.ts';
import { canonicalIpv6, ipv6Networks, parseIpv6Network } from '../lib/net/ipv6.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import { trimEndOf } from '../lib/text/trim-end.ts';

/** A line that cannot be parsed. */
export class BadTcpRule extends Error {
  readonly line: string;

  constructor(line: string) {
    super(`unable to parse this line: ${line}`);
    this.line = line;
  }
}

/** The first rule that matches a client. */
export interface TcpRule {
  readonly key: string;
  readonly denied: boolean;
  /** In the order of the rule; the last of equal names counts. */
  readonly variables: readonly (readonly [name: string, value: string])[];
}

/** Looks a key up. */
type FindRule = (key: string) => Uint8Array | undefined;

/** The records of rules in text form, in order. @throws BadTcpRule for the first line that cannot be parsed */
export function parseTcpRules(text: string): CdbRecord[] {
  return text.split('\n').flatMap(line => (line.startsWith('#') ? [] : recordsOf(trimEndOf(line, ' \t'))));
}

/** Finds rules in a database. */
export function rulesInCdb(cdb: Cdb): FindRule {
  return key => cdb.get(Buffer.from(key, 'latin1'));
}

/** Finds rules in a list; of records with the same key the first counts. */
export function rulesInRecords(records: readonly CdbRecord[]): FindRule {
  const byKey = new Map<string, Uint8Array>();
  for (const { key, data } of records) {
    const name = Buffer.from(key).toString('latin1');
    if (!byKey.has(name)) byKey.set(name, data);
  }
  return key => byKey.get(key);
}

/** The rule for a client (by its TCPREMOTEIP, TCPREMOTEHOST and TCPREMOTEINFO); undefined: none matches, so it is allowed. */
export function findTcpRule(find: FindRule, client: Environment): TcpRule | undefined {
  for (const key of keysFor(client.TCPREMOTEIP ?? '', client.TCPREMOTEHOST, client.TCPREMOTEINFO)) {
    const data = find(key);
    if (data) return decode(key, Buffer.from(data).toString('latin1'));
  }
  return undefined;
}

/** The keys that match, the most specific first: for IPv6 addresses their networks, and their text cut at each colon. */
function keysFor(ip: string, host: string | undefined, info: string | undefined): string[] {
  const keys: string[] = [];
  if (info !== undefined) keys.push(`${info}@${ip}`);
  if (info !== undefined && host !== undefined) keys.push(`${info}@=${host}`);
  keys.push(ip);
  if (host !== undefined) keys.push(`=${host}`);
  keys.push(...ipv6Networks(ip));
  for (let end = ip.length; end > 0; end--) if (/[.:]/.test(ip[end - 1] as string)) keys.push(ip.slice(0, end));
  if (host !== undefined) {
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) keys.push(`=${host.slice(dot)}`);
    keys.push('=');
  }
  return [...keys, ''];
}

function decode(key: string, data: string): TcpRule {
  const strings = data.split('\0').slice(0, -1);
  const variables = strings.flatMap(text => {
    const equals = text.indexOf('=');
    return text.startsWith('+') && equals >= 0 ? [[text.slice(1, equals), text.slice(equals + 1)] as const] : [];
  });
  return { key, denied: strings.some(text => text.startsWith('D')), variables };
}

function recordsOf(line: string): CdbRecord[] {
  const bracketed = /^(?:[^@:[]*@)?\[[^\]]*\]/.exec(line)?.[0];
  const colon = line.indexOf(':', bracketed?.length);
  if (bracketed !== undefined && colon !== bracketed.length) throw new BadTcpRule(line);
  if (colon < 0) return [];
  const data = Buffer.from(dataOf(line.slice(colon + 1), line), 'latin1');
  return addressesOf(line.slice(0, colon), line).map(key => ({ key: Buffer.from(key, 'latin1'), data }));
}

function dataOf(instructions: string, line: string): string {
  const verb = /^(?:deny|allow)/.exec(instructions)?.[0];
  if (!verb) throw new BadTcpRule(line);
  let data = verb === 'deny' ? 'D\0' : '';
  for (let rest = instructions.slice(verb.length); rest !== ''; ) {
    // A name, `=`, and a value between two equal bytes of any kind.
    const variable = /^,([^=]*)=(.)(.*)$/s.exec(rest);
    const [, name = '', quote = '', after = ''] = variable ?? [];
    const end = after.indexOf(quote);
    if (!variable || end < 0) throw new BadTcpRule(line);
    data += `+${name}=${after.slice(0, end)}\0`;
    rest = after.slice(end + 1);
  }
  return data;
}

/** `1.2.3.37-53` means 17 addresses, `10.1-3.` three networks; names have no ranges. */
function addressesOf(address: string, line: string): string[] {
  const [, before = '', inside] = /^([^[]*)\[(.*)\]$/.exec(address) ?? [];
  if (inside !== undefined) return [before + ipv6Key(inside, line)];
  const hyphen = /[=@]/.test(address) ? -1 : address.indexOf('-');
  if (hyphen < 0) return [address];
  const left = address.lastIndexOf('.', hyphen) + 1;
  const dot = address.indexOf('.', hyphen);
  const right = dot < 0 ? address.length : dot;
  const bottom = numberOf(address.slice(left, hyphen), line);
  const top = Math.min(numberOf(address.slice(hyphen + 1, right), line), 255);
  const keys: string[] = [];
  for (let n = bottom; n <= top; n++) keys.push(`${address.slice(0, left)}${n}${address.slice(right)}`);
  return keys;
}

/** The key for the text in brackets: an address as in TCPREMOTEIP, or a network. */
function ipv6Key(text: string, line: string): string {
  const key = text.includes('/') ? parseIpv6Network(text) : canonicalIpv6(text);
  if (key === undefined) throw new BadTcpRule(line);
  return key;
}

function numberOf(text: string, line: string): number {
  if (!/^\d*$/.test(text)) throw new BadTcpRule(line);
  return Number(text);
}
