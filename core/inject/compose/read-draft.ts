// Reads a draft's file as the composer wrote it (draft-file.ts), or any message as if it were one.
import * as v from 'valibot';
import type { Draft, DraftFile } from '../../api/compose.ts';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { type OriginalMessage, parseOriginalMessage } from './original-message.ts';
import { type OwnAddresses, ownAddressTest } from './owner-addresses.ts';
import { formatPerson } from './typed-addresses.ts';

export type Source = NonNullable<Draft['source']>;

/** `reply` or `forward`, a blank, and the message's id with its odd bytes as %XX. */
export const sourceField = 'X-Waypost-Source';
/** An ISO date: it was handed to the queue then, and nothing is known of the answer. */
export const sendingField = 'X-Waypost-Sending';
/** `Remembered`: base64 of JSON. Drafts that Waypost wrote have it. */
export const draftField = 'X-Waypost-Draft';

/** More line ends than these are not kept. */
export const maxLineEnds = 100_000;

/** What the parts of a message would not give back as it was. Never whom it goes to: other programs change and send that. */
const Remembered = v.object({
  /** How many line ends the text has at its end. */
  lineEnds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxLineEnds)),
  /** The types of the files: in the draft they are plain bytes, so that none is changed on its way. */
  files: v.array(v.object({ name: v.string(), sizeBytes: v.number(), type: v.string() })),
});
export type Remembered = v.InferOutput<typeof Remembered>;

/** Reads a draft's file, or any message as if it were one. One that has more in it than a draft holds gets no id. */
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
  // A draft of our own says nothing of its writer where that is the usual one, whose name may change.
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

/** HTML, or a signature, or a cipher: what is written as plain text with files does not have it. */
function hasFormatting({ hasHtml, field }: OriginalMessage): boolean {
  const type = /^\s*([\w/+.-]*)/.exec(field('content-type') ?? '')?.[1]?.toLowerCase() ?? '';
  return hasHtml || !['', 'text', 'text/plain', 'multipart/mixed'].includes(type);
}

/** Fields that a draft holds, or that its next copy gets anew, or that say nothing to those who get the message. */
const held =
  /^(from|reply-to|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*|user-agent|x-mailer|fcc|status|lines|received|return-path|delivered-to|x-(waypost|mozilla|identity|account|kmail|evolution|uid|tuid|status|keywords).*)$/;
const mostNamed = 20;

/** The names of other fields, as they are usually written. */
function beyond(names: readonly string[]): string[] {
  const others = new Set(names.filter(name => !held.test(name)));
  return [...others].slice(0, mostNamed).map(name => name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase()));
}

/** Of a file that is still the one that was put in. */
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

/** Undefined when the field is not there or not ours. */
function parseRemembered(value: string | undefined): Remembered | undefined {
  try {
    const parsed = v.safeParse(Remembered, JSON.parse(Buffer.from(value ?? '', 'base64').toString('utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
