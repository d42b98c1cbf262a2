// The parameters of RFC 3461 in MAIL and RCPT: RET, ENVID, NOTIFY, ORCPT. They are kept as the client wrote them, in ASCII.
import type { MessageDsn, RecipientDsn, Told } from '../paper-path/dsn.ts';

/** The parameters, or what is wrong with them. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

const mostEnvidBytes = 100;
const mostOrcptBytes = 500;

/** Of MAIL. @param parameters `KEYWORD=value` */
export function readMailDsn(parameters: readonly string[]): Read<MessageDsn> {
  const found = only(parameters, ['RET', 'ENVID']);
  if (typeof found === 'string') return bad(found);
  const { RET, ENVID } = found;
  const ret = RET?.toUpperCase();
  if (ret !== undefined && ret !== 'FULL' && ret !== 'HDRS') return bad('RET is FULL or HDRS');
  if (ENVID !== undefined && (ENVID.length > mostEnvidBytes || !isXtext(ENVID)))
    return bad(`ENVID is xtext of 1 to ${mostEnvidBytes} characters`);
  return { ok: true, value: { ...(ret && { ret }), ...(ENVID !== undefined && { envid: ENVID }) } };
}

/** Of RCPT. */
export function readRcptDsn(parameters: readonly string[]): Read<RecipientDsn> {
  const found = only(parameters, ['NOTIFY', 'ORCPT']);
  if (typeof found === 'string') return bad(found);
  const { NOTIFY, ORCPT } = found;
  const notify = NOTIFY === undefined ? undefined : readNotify(NOTIFY);
  if (NOTIFY !== undefined && notify === undefined) return bad('NOTIFY is NEVER, or SUCCESS, FAILURE and DELAY');
  const orcpt = ORCPT === undefined ? undefined : readOrcpt(ORCPT);
  if (ORCPT !== undefined && orcpt === undefined)
    return bad(`ORCPT is an address type, a semicolon and xtext, ${mostOrcptBytes} characters at most`);
  return { ok: true, value: { ...(notify && { notify }), ...(orcpt && { orcpt }) } };
}

const order: readonly Told[] = ['SUCCESS', 'FAILURE', 'DELAY'];

/** In capitals, each word once, in one order; undefined: it is no list of these words. */
export function readNotify(text: string): string | undefined {
  const words = text.toUpperCase().split(',');
  if (words.length === 1 && words[0] === 'NEVER') return 'NEVER';
  if (!words.every(word => (order as readonly string[]).includes(word))) return undefined;
  return order.filter(word => words.includes(word)).join();
}

/** Printable ASCII, in which `+` starts two hexadecimal digits (RFC 3461 section 4). */
export function isXtext(text: string): boolean {
  return /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})+$/.test(text);
}

/** Other letters behind `utf-8;` are written as `\x{FC}`, the form of RFC 6533 that every server takes. */
function readOrcpt(text: string): string | undefined {
  const semicolon = text.indexOf(';');
  const type = text.slice(0, Math.max(semicolon, 0));
  if (text.length > mostOrcptBytes || !/^[A-Za-z0-9-]+$/.test(type)) return undefined;
  const address = type.toLowerCase() === 'utf-8' ? embedded(text.slice(semicolon + 1)) : text.slice(semicolon + 1);
  return isXtext(address) ? `${type};${address}` : undefined;
}

function embedded(bytes: string): string {
  const letters = Buffer.from(bytes, 'latin1').toString('utf8');
  return letters.replace(/[^\0-\x7f]/gu, letter => `\\x{${letter.codePointAt(0)?.toString(16).toUpperCase()}}`);
}

/** Any bytes as xtext. */
export function toXtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, byte => `+${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** The bytes that xtext stands for. */
export function fromXtext(text: string): string {
  return text.replace(/\+([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** ` RET=HDRS ENVID=QQ314159`, to be added to MAIL. */
export function formatMailDsn({ ret, envid }: MessageDsn): string {
  return `${parameter('RET', ret)}${parameter('ENVID', envid)}`;
}

/** ` NOTIFY=SUCCESS ORCPT=rfc822;joe@x`, to be added to RCPT. */
export function formatRcptDsn({ notify, orcpt }: RecipientDsn): string {
  return `${parameter('NOTIFY', notify)}${parameter('ORCPT', orcpt)}`;
}

function parameter(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}=${value}`;
}

/** The values of these parameters; a text: what is wrong. */
function only<Name extends string>(parameters: readonly string[], names: readonly Name[]) {
  const found: Partial<Record<Name, string>> = {};
  for (const text of parameters) {
    const equals = text.indexOf('=');
    const keyword = (equals < 0 ? text : text.slice(0, equals)).toUpperCase();
    const name = names.find(one => one === keyword);
    if (name === undefined) continue;
    if (equals < 0 || equals === text.length - 1) return `${name} needs a value`;
    if (found[name] !== undefined) return `${name} is there twice`;
    found[name] = text.slice(equals + 1);
  }
  return found;
}

function bad(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}
