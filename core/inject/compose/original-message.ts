// Parses the message that a draft replies to, forwards, or is itself stored in.
import type { DraftFile } from '../../api/compose.ts';
import { ParseFailure } from '../../lib/process/parse-failure.ts';
import { partFileName } from '../../message/body/file-name.ts';
import { type MimeFile, takeApart } from '../../message/body/mime.ts';
import { plainText } from '../../message/body/text-forms.ts';
import { decodeText } from '../../message/encodings/display-text.ts';
import { rawAsText } from '../../message/encodings/encoded-words.ts';
import { readPeople } from '../../message/header/people.ts';
import type { Person } from './typed-addresses.ts';

/** The parts of a message that the composer needs. */
export interface OriginalMessage {
  readonly subject: string;
  /** With LF line ends; derived from the HTML if the message has only that. */
  readonly text: string;
  readonly hasHtml: boolean;
  /** Names of all fields, in lower case. */
  readonly fieldNames: readonly string[];
  readonly files: readonly DraftFile[];
  /** The people in all fields of that name, groups resolved, in order. */
  people(field: string): readonly Person[];
  /** The names of empty groups in those fields. */
  emptyGroups(field: string): readonly string[];
  /** The unfolded, undecoded value of the first field of that name; undefined if there is none. */
  field(name: string): string | undefined;
}

// A draft contains what its author has put in, so its limit is higher than the reader's limit for other messages.
const maxBytes = 64 * 1024 * 1024;
const maxTextLength = 3 * 1024 * 1024;
const maxPeople = 1000;

/** @throws ParseFailure when the message is beyond the limits of the one parser for all mail */
export function parseOriginalMessage(raw: Uint8Array): OriginalMessage {
  if (raw.length > maxBytes) throw new ParseFailure('message', `it has more than ${maxBytes / (1024 * 1024)} MB`);
  const found = takeApart(Buffer.from(raw.buffer, raw.byteOffset, raw.length));
  if (!found.ok) throw new ParseFailure('message', found.problem);
  const { texts, header, charset, files } = found;
  const listIn = (name: string) => readPeople(header.all(name), maxPeople, charset);
  const field = (name: string): string | undefined => {
    const [value] = header.all(name);
    return value === undefined ? undefined : rawAsText(value, charset);
  };
  return {
    subject: decodeText(header.first('subject'), charset),
    hasHtml: texts.some(({ html }) => html !== undefined),
    fieldNames: header.names(),
    text: plainText(texts, maxTextLength).text,
    files: files.map(draftFile),
    people: name => listIn(name).people.filter(({ address }) => address !== ''),
    emptyGroups: name => listIn(name).emptyGroups,
    field,
  };
}

/** The file with the parameters of its type that are needed to read it. Its bytes are unchanged. */
function draftFile({ name, type, charset, method, bytes }: MimeFile, index: number): DraftFile {
  const parameters = [
    ...(charset === '' ? [] : [`; charset=${charset}`]),
    ...(method === '' ? [] : [`; method=${method}`]),
  ];
  return {
    name: name || partFileName('', type, index),
    type: `${type}${parameters.join('')}`,
    base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
  };
}
