// Reads a draft's file as the composer wrote it (draft-file.ts), or any message as if it were one.
import * as v from 'valibot';
import type { Draft, DraftFile } from '../../api/compose.ts';
import { parseJson } from '../../lib/text/parse-json.ts';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { type OriginalMessage, parseOriginalMessage } from './original-message.ts';
import { type OwnAddresses, ownAddressTest } from './owner-addresses.ts';
import { formatPerson } from './typed-addresses.ts';

export type Source = NonNullable<Draft['source']>;

/** `reply` or `forward`, a blank, and the message's id with special bytes as %XX. */
export const sourceField = 'X-Waypost-Source';
/** An ISO date: the draft was being sent since then, and the result is unknown. */
export const sendingField = 'X-Waypost-Sending';
/** `Remembered`: base64 of JSON. Drafts that Waypost wrote have it. */
export const draftField = 'X-Waypost-Draft';

/** More line ends than these are not kept. */
export const maxLineEnds = 100_000;

/** Data that the parts of a message cannot preserve. Never recipients, because other programs may change and send the draft. */
const Remembered = v.object({
  /** The number of line ends at the end of the text. */
  lineEnds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxLineEnds)),
  /** The types of the files, which are stored as plain bytes in the draft so that they are not changed. */
  files: v.array(v.object({ name: v.string(), sizeBytes: v.number(), type: v.string() })),
});
export type Remembered = v.InferOutput<typeof Remembered>;

/** Reads a draft's file, or any message as if it were one. If it contains more than a draft can, its id is null. */
export function readDraft(id: string, raw: Uint8Array, ownAddresses: OwnAddresses): Draft {
  const original = parseOriginalMessage(raw);
  const own = parseRemembered(original.field(draftField.toLowerCase()));
  const list = (field: string): string => {
    const names = original.emptyGroups(field).map(name => (own ? name : `${name}: ;`));
    return [...original.people(field).map(formatPerson), ...names].join(', ');
  };
  const text = trimEndOf(original.text, '\n');
  const [writer, ...others] = original.people('from');
  const isFromOwn = writer !== undefined && others.length === 0 && ownAddressTest(ownAddresses)(writer.address);
  // Our own drafts do not fix the default sender, whose name may change.
  const isUsual = own !== undefined && writer?.address === ownAddresses.address;
  const formatting = hasFormatting(original);
  const fields = [...beyond(original.fieldNames), ...(isFromOwn || writer === undefined ? [] : ['From'])];
  const kept = formatting || fields.length > 0 ? { id, formatting, fields } : null;
  return {
    id: kept ? null : id,
    messageId: kept ? '' : (messageIdOf(original) ?? ''),
    from: isFromOwn && !isUsual ? formatPerson(writer) : '',
    replyTo: list('reply-to'),
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'),
    subject: original.subject,
    text: text + '\n'.repeat(own?.lineEnds ?? 0),
    files: original.files.map(file => ({ ...file, type: rememberedType(file, own) ?? file.type })),
    source: parseSource(original.field(sourceField.toLowerCase())),
    kept,
  };
}

function messageIdOf({ field }: OriginalMessage): string | undefined {
  return /^\s*(<[!-;=?-~]{1,900}>)\s*$/.exec(field('message-id') ?? '')?.[1];
}

/** Whether the message has HTML, a signature or encryption, which plain text with files cannot keep. */
function hasFormatting({ hasHtml, field }: OriginalMessage): boolean {
  const type = /^\s*([\w/+.-]*)/.exec(field('content-type') ?? '')?.[1]?.toLowerCase() ?? '';
  return hasHtml || !['', 'text', 'text/plain', 'multipart/mixed'].includes(type);
}

/** Fields that a draft keeps, that are generated again, or that have no meaning for recipients. */
const held =
  /^(from|reply-to|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*|user-agent|x-mailer|fcc|status|lines|received|return-path|delivered-to|x-(waypost|mozilla|identity|account|kmail|evolution|uid|tuid|status|keywords).*)$/;
const mostNamed = 20;

/** The names of all other fields, in their usual spelling. */
function beyond(names: readonly string[]): string[] {
  const others = new Set(names.filter(name => !held.test(name)));
  return [...others].slice(0, mostNamed).map(name => name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase()));
}

/** The remembered type of a file that has not changed. */
function rememberedType({ name, base64 }: DraftFile, own: Remembered | undefined): string | undefined {
  const sizeBytes = Buffer.byteLength(base64, 'base64');
  return own?.files.find(file => file.name === name && file.sizeBytes === sizeBytes)?.type;
}

function parseSource(value: string | undefined): Source | null {
  const [kind, id] = value?.trim().split(/\s+/) ?? [];
  if ((kind !== 'reply' && kind !== 'forward') || id === undefined) return null;
  try {
    return { kind, id: decodeURIComponent(id) };
  } catch {
    return null; // not ours
  }
}

/** Undefined if the field is missing or not ours. */
function parseRemembered(value: string | undefined): Remembered | undefined {
  return parseJson(Remembered, Buffer.from(value ?? '', 'base64').toString('utf8'));
}
