// Reads a draft's file as the composer wrote it (draft-file.ts), or any message as if it were one.
import * as v from 'valibot';
import type { Draft } from '../api/compose.ts';
import { trimEndOf } from '../lib/trim-end.ts';
import { formatPerson } from './compose-addresses.ts';
import { parseOriginal, type TextOfHtml } from './original.ts';

export type Source = NonNullable<Draft['source']>;

/** `reply` or `forward`, a blank, and the message's id with its odd bytes as %XX. */
export const sourceField = 'X-Waypost-Source';
/** `Typed`: base64 of JSON. */
export const typedField = 'X-Waypost-Typed';

/** More line ends than these are not kept. */
export const maxLineEnds = 100_000;

/** What the parts of a message would not give back as it was. */
const Typed = v.object({
  to: v.string(),
  cc: v.string(),
  bcc: v.string(),
  subject: v.string(),
  /** How many line ends the text has at its end. */
  lineEnds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxLineEnds)),
  /** The types of the files: in the draft they are plain bytes, so that none is changed on its way. */
  types: v.array(v.string()),
});
export type Typed = v.InferOutput<typeof Typed>;

/** Reads a draft's file, or any message as if it were one. */
export async function readDraft(id: string, raw: Uint8Array, textOfHtml: TextOfHtml): Promise<Draft> {
  const original = await parseOriginal(raw, textOfHtml);
  const list = (field: string): string => original.people(field).map(formatPerson).join(', ');
  const typed = parseTyped(original.field(typedField.toLowerCase()));
  const text = trimEndOf(original.text, '\n');
  const source = parseSource(original.field(sourceField.toLowerCase()));
  if (!typed) {
    const [to, cc, bcc] = [list('to'), list('cc'), list('bcc')];
    return { id, to, cc, bcc, subject: original.subject, text, files: [...original.files], source };
  }
  const { lineEnds, types, ...fields } = typed;
  const files = original.files.map((file, i) => ({ ...file, type: types[i] ?? file.type }));
  return { id, ...fields, text: text + '\n'.repeat(lineEnds), files, source };
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

/** Undefined when the field is not there or not ours: the ordinary fields say what there is to know. */
function parseTyped(value: string | undefined): Typed | undefined {
  try {
    const parsed = v.safeParse(Typed, JSON.parse(Buffer.from(value ?? '', 'base64').toString('utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
