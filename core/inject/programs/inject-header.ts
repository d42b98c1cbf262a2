// What qmail-inject does with each header field: rewrite its addresses, use its recipients, keep or remove it.
import { quoteAddress } from '../../message/address.ts';
import { type RewriteAddress, readAddressList } from '../../message/header/address-list.ts';
import { fieldValue, type RawField } from '../../message/header/split-message.ts';
import { atom, formatTokens, special, tokenize, unquoteTokens } from '../../message/header/tokens.ts';
import type { InjectFlags } from './inject-settings.ts';

type Use = 'to' | 'resent-to' | 'none';

interface Action {
  readonly keep: boolean;
  readonly recipients: Use;
}

const rewritten: Readonly<Record<string, Action>> = {
  to: { keep: true, recipients: 'to' },
  cc: { keep: true, recipients: 'to' },
  'apparently-to': { keep: true, recipients: 'to' },
  bcc: { keep: false, recipients: 'to' },
  'resent-to': { keep: true, recipients: 'resent-to' },
  'resent-cc': { keep: true, recipients: 'resent-to' },
  'resent-bcc': { keep: false, recipients: 'resent-to' },
  sender: { keep: true, recipients: 'none' },
  from: { keep: true, recipients: 'none' },
  'reply-to': { keep: true, recipients: 'none' },
  'return-receipt-to': { keep: true, recipients: 'none' },
  'errors-to': { keep: true, recipients: 'none' },
  'resent-sender': { keep: true, recipients: 'none' },
  'resent-from': { keep: true, recipients: 'none' },
  'resent-reply-to': { keep: true, recipients: 'none' },
  'return-path': { keep: false, recipients: 'none' },
};

const resentFields = new Set(
  ['sender', 'from', 'reply-to', 'to', 'cc', 'bcc', 'date', 'message-id'].map(name => `resent-${name}`),
);

/** The result for the header of the input. */
export interface InjectedHeader {
  /** The fields that are kept, in input order, rewritten. */
  readonly kept: readonly Buffer[];
  /** Names (lower case) of all fields, except those that a flag deletes. */
  readonly seen: ReadonlySet<string>;
  /** Whether there is any Resent- field: then only those name recipients, and only those are added. */
  readonly resent: boolean;
  /** Envelope recipients: fields in order, inside a field from right to left. */
  readonly recipients: readonly string[];
  /** The first address of the first Return-Path field; undefined if there is none. */
  readonly returnPath: string | undefined;
  /** Addresses of each To and Cc field from left to right, as written in a header. */
  readonly addressees: readonly (readonly HeaderAddress[])[];
}

interface HeaderAddress {
  readonly address: string;
  readonly written: string;
}

/** An address field that is not an address list. */
export interface UnparsableField {
  readonly unparsable: Buffer;
}

/**
 * Applies the field actions of qmail-inject to a header. An address field that cannot be parsed is refused only if recipients are taken
 * from the header, because one could be missed; otherwise it is left unchanged.
 * @param namesRecipients whether recipients are taken from the header
 */
export function injectHeader(
  fields: readonly RawField[],
  rewrite: RewriteAddress,
  flags: InjectFlags,
  namesRecipients: boolean,
): InjectedHeader | UnparsableField {
  const kept: Buffer[] = [];
  const seen = new Set<string>();
  const recipients: Record<Use, string[]> = { to: [], 'resent-to': [], none: [] };
  const addressees: HeaderAddress[][] = [];
  let returnPath: string | undefined;
  for (const field of fields) {
    if (isDeleted(field.name, flags)) continue;
    seen.add(field.name);
    const action = rewritten[field.name];
    if (!action) {
      kept.push(field.raw);
      continue;
    }
    const list = readList(field, rewrite);
    if (!list) {
      if (namesRecipients) return { unparsable: field.raw };
      if (action.keep) kept.push(field.raw);
      continue;
    }
    const { addresses } = list;
    const name = field.raw.toString('latin1', 0, field.name.length);
    const text = formatTokens([atom(name), special(':'), ...list.tokens]);
    if (action.keep) kept.push(Buffer.from(`${text}\n`, 'latin1'));
    for (const address of addresses) recipients[action.recipients].push(address);
    if (field.name === 'return-path') returnPath ??= addresses[0];
    if (field.name === 'to' || field.name === 'cc') {
      addressees.push(addresses.map(address => ({ address, written: quoteAddress(address) })).reverse());
    }
  }
  const resent = [...seen].some(name => resentFields.has(name));
  return { kept, seen, resent, recipients: recipients[resent ? 'resent-to' : 'to'], returnPath, addressees };
}

/** The rewritten list in a field, and its addresses from right to left; undefined if it is not a list. */
function readList(field: RawField, rewrite: RewriteAddress) {
  // Without the last LF, which a backslash before it would make part of an address.
  const tokens = tokenize(fieldValue(field).slice(0, -1));
  const list = tokens && readAddressList(tokens, rewrite);
  const addresses = list?.addresses.map(unquoteTokens);
  // A NUL would end the address inside the envelope, and the rest would become another record.
  if (!list || !addresses || addresses.some(address => address.includes('\0'))) return undefined;
  return { tokens: list.tokens, addresses };
}

function isDeleted(name: string, flags: InjectFlags): boolean {
  if (name === 'from') return flags.deleteFrom;
  if (name === 'message-id') return flags.deleteMessageId;
  return name === 'content-length';
}
