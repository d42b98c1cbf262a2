// A draft as a file in the Drafts mailbox: a message that other mail programs can open too, with two fields of our own
// for what a header cannot hold. Bcc stays in the file; the text is kept exactly as typed.
import * as v from 'valibot';
import type { Draft } from '../api/compose.ts';
import type { RewriteAddress } from '../message/address-list.ts';
import { formatPerson, type Person, parseTypedList } from './compose-addresses.ts';
import { buildMessage, type Outgoing } from './compose-mime.ts';
import { parseOriginal, type TextOfHtml } from './original.ts';

/** What a draft file needs besides the draft itself. */
export type DraftStamp = Pick<Outgoing, 'from' | 'dateMs' | 'messageId' | 'references' | 'inReplyTo' | 'boundary'>;

type Source = NonNullable<Draft['source']>;

/** `reply` or `forward`, a blank, and the message's id with its odd bytes as %XX. */
const sourceField = 'X-Waypost-Source';
/** `Typed`: base64 of JSON. */
const typedField = 'X-Waypost-Typed';

/** The draft's file. Lists that are not finished yet are left out of To, Cc and Bcc, but not lost. */
export async function buildDraft(draft: Draft, stamp: DraftStamp, rewrite: RewriteAddress): Promise<Buffer> {
  const { to, cc, bcc, subject } = draft;
  const people = (list: string): readonly Person[] => {
    const parsed = parseTypedList(list, rewrite);
    return parsed.ok ? parsed.people : [];
  };
  return buildMessage({
    ...stamp,
    to: people(to),
    cc: people(cc),
    bcc: people(bcc),
    subject,
    text: draft.text,
    purpose: 'draft',
    files: draft.files.map(file => ({ ...file, type: 'application/octet-stream' })),
    extraFields: {
      ...(draft.source ? { [sourceField]: formatSource(draft.source) } : {}),
      [typedField]: folded(Buffer.from(JSON.stringify(typedOf(draft))).toString('base64')),
    },
  });
}

/** Reads a draft's file, or any message as if it were one. */
export async function readDraft(id: string, raw: Uint8Array, textOfHtml: TextOfHtml): Promise<Draft> {
  const original = await parseOriginal(raw, textOfHtml);
  const list = (field: string): string => original.people(field).map(formatPerson).join(', ');
  const typed = parseTyped(original.field(typedField.toLowerCase()));
  const text = original.text.replace(/\n+$/, '');
  const source = parseSource(original.field(sourceField.toLowerCase()));
  if (!typed) {
    const [to, cc, bcc] = [list('to'), list('cc'), list('bcc')];
    return { id, to, cc, bcc, subject: original.subject, text, files: [...original.files], source };
  }
  const { lineEnds, types, ...fields } = typed;
  const files = original.files.map((file, i) => ({ ...file, type: types[i] ?? file.type }));
  return { id, ...fields, text: text + '\n'.repeat(lineEnds), files, source };
}

function typedOf({ to, cc, bcc, subject, text, files }: Draft): Typed {
  const lineEnds = /(?:\r\n?|\n)*$/.exec(text)?.[0].replaceAll('\r\n', '\n').length ?? 0;
  return { to, cc, bcc, subject, lineEnds, types: files.map(file => file.type) };
}

function formatSource(source: Source): string {
  return `${source.kind} ${encodeURIComponent(source.id)}`;
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

/** What the parts of a message would not give back as it was. */
const Typed = v.object({
  to: v.string(),
  cc: v.string(),
  bcc: v.string(),
  subject: v.string(),
  /** How many line ends the text has at its end. */
  lineEnds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000)),
  /** The types of the files: in the draft they are plain bytes, so that none is changed on its way. */
  types: v.array(v.string()),
});
type Typed = v.InferOutput<typeof Typed>;

/** Undefined when the field is not there or not ours: the ordinary fields say what there is to know. */
function parseTyped(value: string | undefined): Typed | undefined {
  try {
    const parsed = v.safeParse(Typed, JSON.parse(Buffer.from(value ?? '', 'base64').toString('utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function folded(base64: string): string {
  return (base64.match(/.{1,72}/g) ?? []).join('\r\n ');
}
