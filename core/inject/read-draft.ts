// Reads a draft's file as the composer wrote it (draft-file.ts), or any message as if it were one.
import * as v from 'valibot';
import type { Draft, DraftFile } from '../api/compose.ts';
import { trimEndOf } from '../lib/trim-end.ts';
import { formatPerson } from './compose-addresses.ts';
import { parseOriginal } from './original.ts';

export type Source = NonNullable<Draft['source']>;

/** `reply` or `forward`, a blank, and the message's id with its odd bytes as %XX. */
export const sourceField = 'X-Waypost-Source';
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

/** Reads a draft's file, or any message as if it were one. */
export function readDraft(id: string, raw: Uint8Array): Draft {
  const original = parseOriginal(raw);
  const own = parseRemembered(original.field(draftField.toLowerCase()));
  const list = (field: string): string => {
    const names = original.emptyGroups(field).map(name => (own ? name : `${name}: ;`));
    return [...original.people(field).map(formatPerson), ...names].join(', ');
  };
  const text = trimEndOf(original.text, '\n');
  return {
    id,
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'),
    subject: original.subject,
    text: text + '\n'.repeat(own?.lineEnds ?? 0),
    files: original.files.map(file => ({ ...file, type: rememberedType(file, own) ?? file.type })),
    source: parseSource(original.field(sourceField.toLowerCase())),
  };
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
