// The header in the format of new-inject and ofmipd: all fields in a fixed order and format.

import {
  dateOfMoment,
  formatDate,
  idTimestampOfDate,
  readDate,
  type WrittenDate,
} from '../../message/header/normal-date.ts';
import { formatNormalList, type ListPart, readNormalList } from '../../message/header/normal-list.ts';
import { fieldValue, type RawField } from '../../message/header/split-message.ts';

const listFields = [
  'to',
  'cc',
  'bcc',
  'apparently-to',
  'notice-requested-upon-delivery-to',
  'from',
  'sender',
  'reply-to',
  'mail-reply-to',
  'mail-followup-to',
  'return-path',
] as const;

const traceFields: ReadonlySet<string> = new Set([
  'received',
  'delivered-to',
  'errors-to',
  'return-receipt-to',
  ...['sender', 'from', 'reply-to', 'to', 'cc', 'bcc', 'date', 'message-id'].map(name => `resent-${name}`),
]);

/** A parsed header: lists of the same name are joined. */
export interface NormalHeader {
  readonly lists: ReadonlyMap<string, readonly ListPart[]>;
  /** The last valid date. */
  readonly date: WrittenDate | undefined;
  /** All Message-ID fields, unchanged. */
  readonly messageId: readonly Buffer[];
  /** Trace fields, which come first, unchanged. */
  readonly trace: readonly Buffer[];
  /** All other fields, in their order. */
  readonly others: readonly Buffer[];
}

/**
 * @param more names of further fields with lists
 * @param rewrite rewrites the addresses of a list
 */
export function readNormalHeader(
  fields: readonly RawField[],
  more: readonly string[],
  rewrite: (parts: readonly ListPart[]) => readonly ListPart[],
): NormalHeader {
  const lists = new Map<string, ListPart[]>();
  const names: ReadonlySet<string> = new Set([...listFields, ...more]);
  let date: WrittenDate | undefined;
  const kept: Record<'messageId' | 'trace' | 'others', Buffer[]> = { messageId: [], trace: [], others: [] };
  for (const field of fields) {
    // A NUL in a value is represented by LF, which cannot occur in it otherwise.
    const value = fieldValue(field).replaceAll('\n', '').replaceAll('\0', '\n');
    if (names.has(field.name)) {
      const name = field.name === 'apparently-to' ? 'bcc' : field.name;
      const list = lists.get(name) ?? [];
      for (const part of rewrite(readNormalList(value))) list.push(part);
      lists.set(name, list);
    } else if (field.name === 'date') date = readDate(value) ?? date;
    else if (field.name === 'message-id') kept.messageId.push(field.raw);
    else if (traceFields.has(field.name)) kept.trace.push(field.raw);
    else if (field.name !== 'content-length') kept.others.push(field.raw);
  }
  return { lists, date, ...kept };
}

/** The defaults for missing fields. */
export interface NormalDefaults {
  readonly nowMs: number;
  /** The part after the time in a Message-ID: `.pid.qmail@host`. */
  readonly idSuffix: () => string;
  /** The whole From field. */
  readonly from: string;
  /** The list for an added Mail-Followup-To field. */
  readonly followupTo: readonly ListPart[];
}

/** Writes the header without the empty line at its end. */
export function formatNormalHeader(header: NormalHeader, defaults: NormalDefaults): Buffer {
  const { lists, date = dateOfMoment(defaults.nowMs), messageId, trace, others } = header;
  const list = (name: string, usual: readonly ListPart[] = []) => {
    const parts = lists.get(name.toLowerCase()) ?? [];
    return formatNormalList(name, parts.length > 0 ? parts : usual);
  };
  const addressees = list('To') + list('Cc');
  return Buffer.concat([
    ...trace,
    bytes(`Date: ${formatDate(date)}\n`),
    ...(messageId.length > 0 ? messageId : [bytes(`Message-ID: <${idTimestampOfDate(date)}${defaults.idSuffix()}>\n`)]),
    bytes(list('From') || `From: ${defaults.from}\n`),
    bytes(list('Sender') + list('Reply-To') + list('Mail-Reply-To')),
    bytes(list('Mail-Followup-To', defaults.followupTo)),
    bytes(addressees === '' ? 'Cc: recipient list not shown: ;\n' : addressees),
    bytes(list('Notice-Requested-Upon-Delivery-To')),
    ...others,
  ]);
}

/** The addresses of a list, without phrases. */
export function addressesOf(parts: readonly ListPart[] = []): readonly string[] {
  return parts.filter(({ kind }) => kind === 'address').map(({ text }) => text);
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
