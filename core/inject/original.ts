// The message that is answered, forwarded or taken up again as a draft.
import type { DraftFile } from '../api/compose.ts';
import { createPace } from '../lib/pace.ts';
import { NotTakenApart } from '../lib/taken-apart.ts';
import { decodeText } from '../message/display.ts';
import { type MimeFile, takeApart } from '../message/mime.ts';
import { readPeople } from '../message/people.ts';
import type { Person } from './compose-addresses.ts';

/** What the composer needs of a message. */
export interface Original {
  readonly subject: string;
  /** LF line ends; made from the HTML where the message has only that. */
  readonly text: string;
  readonly files: readonly DraftFile[];
  /** The people in all fields of that name, groups resolved, in order. */
  people(field: string): readonly Person[];
  /** The names of groups in those fields that hold nobody. */
  emptyGroups(field: string): readonly string[];
  /** The unfolded value of the first field of that name, not decoded; undefined when there is none. */
  field(name: string): string | undefined;
}

/** Plain text for a message that has only HTML. */
export type TextOfHtml = (html: string) => string;

// A draft holds what its writer put in: more than the reader takes apart of other people's messages.
const maxBytes = 64 * 1024 * 1024;
const maxHtmlLength = 3 * 1024 * 1024;
const maxPeople = 1000;

/** @throws NotTakenApart when the message is beyond the limits of the one parser for all mail */
export async function parseOriginal(raw: Uint8Array, textOfHtml: TextOfHtml): Promise<Original> {
  if (raw.length > maxBytes) throw new NotTakenApart('message', `it has more than ${maxBytes / (1024 * 1024)} MB`);
  const found = await takeApart(Buffer.from(raw.buffer, raw.byteOffset, raw.length), createPace());
  if (!found.ok) throw new NotTakenApart('message', found.problem);
  const { text, html = '', fields, files } = found;
  const listIn = (name: string) => {
    const values = fields.filter(({ key }) => key === name).map(({ value }) => value);
    return readPeople(values, maxPeople);
  };
  const field = (name: string) => fields.find(({ key }) => key === name)?.value;
  return {
    subject: decodeText(field('subject') ?? ''),
    text: (text ?? textOfHtml(html.slice(0, maxHtmlLength))).replace(/\r\n?/g, '\n'),
    files: files.map(draftFile),
    people: name => listIn(name).people.filter(({ address }) => address !== ''),
    emptyGroups: name => listIn(name).emptyGroups,
    field,
  };
}

function draftFile({ name, type, bytes }: MimeFile, index: number): DraftFile {
  return {
    name: name || defaultName(type, index),
    type,
    base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
  };
}

function defaultName(type: string, index: number): string {
  return type === 'message/rfc822' ? `message-${index + 1}.eml` : `attachment-${index + 1}`;
}
