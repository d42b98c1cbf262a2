// What a message's row shows, from the first bytes of its file.
import type { Person } from '../api/mail.ts';
import { decodeText } from '../message/display.ts';
import { parsePeople } from '../message/people.ts';
import { parseDate } from './date.ts';
import { parseHeader } from './header.ts';
import { outline } from './outline.ts';
import { previewOf } from './preview.ts';

export interface Summary {
  readonly from: Person;
  /** The first few of the To field. */
  readonly to: readonly Person[];
  readonly subject: string;
  readonly preview: string;
  /** From the Date field; the file's time where that is missing or no date. */
  readonly dateMs: number;
  readonly sizeBytes: number;
  readonly attachments: boolean;
  /** Why the message could not be taken apart, as a clause; then the rest is what is known without that. */
  readonly problem?: string;
}

const maxPeople = 10;
const maxSubject = 500;

/** @param raw the file's first bytes @param file size and time of the whole file */
export function summarise(raw: Buffer, file: { sizeBytes: number; timeMs: number }): Summary {
  const header = parseHeader(raw);
  const found = outline(raw, header, raw.length >= file.sizeBytes);
  return {
    from: parsePeople([header.first('from') || header.first('sender') || header.first('return-path')], 1)[0] ?? {
      name: '',
      address: '',
    },
    to: parsePeople(header.all('to'), maxPeople),
    subject: decodeText(header.first('subject').slice(0, 4 * maxSubject)).slice(0, maxSubject),
    preview: found.text ? previewOf(found.text) : '',
    dateMs: parseDate(header.first('date')) ?? file.timeMs,
    sizeBytes: file.sizeBytes,
    attachments: found.attachments,
  };
}
