// The message that is answered, forwarded or taken up again as a draft, parsed with postal-mime.
import PostalMime, { addressParser, type Email } from 'postal-mime';
import type { DraftFile } from '../api/compose.ts';
import type { Person } from './compose-addresses.ts';

/** What the composer needs of a message. */
export interface Original {
  readonly subject: string;
  /** LF line ends; made from the HTML where the message has only that. */
  readonly text: string;
  readonly files: readonly DraftFile[];
  /** The people in all fields of that name, groups resolved, in order. */
  people(field: string): readonly Person[];
  /** The unfolded value of the first field of that name, not decoded; undefined when there is none. */
  field(name: string): string | undefined;
}

/** Plain text for a message that has only HTML. */
export type TextOfHtml = (html: string) => string;

/** @throws Error when the message is nested or its header large beyond reason */
export async function parseOriginal(raw: Uint8Array, textOfHtml: TextOfHtml): Promise<Original> {
  const email = await PostalMime.parse(raw, { forceRfc822Attachments: true });
  return {
    subject: oneLine(email.subject ?? ''),
    text: (email.text ?? textOfHtml(email.html ?? '')).replace(/\r\n?/g, '\n'),
    files: email.attachments.map(draftFile),
    people: field => peopleIn(email, field),
    field: name => email.headers.find(header => header.key === name)?.value,
  };
}

function peopleIn(email: Email, field: string): readonly Person[] {
  return email.headers
    .filter(header => header.key === field)
    .flatMap(header => addressParser(header.value, { flatten: true }))
    .map(({ name, address }) => ({ name: oneLine(name), address: oneLine(address ?? '') }))
    .filter(person => person.address !== '');
}

function draftFile(file: Email['attachments'][number], index: number): DraftFile {
  const content =
    typeof file.content === 'string' ? Buffer.from(file.content) : Buffer.from(file.content as Uint8Array);
  return {
    name: file.filename || defaultName(file.mimeType, index),
    type: file.mimeType,
    base64: content.toString('base64'),
  };
}

function defaultName(type: string, index: number): string {
  return type === 'message/rfc822' ? `message-${index + 1}.eml` : `attachment-${index + 1}`;
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
