// Summarises a message for its row in the list, from the first bytes of its file.
import type { Person } from '../../api/mail.ts';
import { isAttached, type Leaves, leavesOf, textAllowance, textOf } from '../../message/body/leaf-parts.ts';
import { findParts, type Structure } from '../../message/body/structure.ts';
import { decodeText } from '../../message/encodings/display-text.ts';
import type { Header } from '../../message/header/parse-header.ts';
import { parsePeople } from '../../message/header/people.ts';
import { parseDate } from './date.ts';
import { previewOf } from './preview.ts';

export interface Summary {
  readonly from: Person;
  /** The first few of the To field. */
  readonly to: readonly Person[];
  readonly subject: string;
  readonly preview: string;
  /** From the Date field; the file's time when that is missing or not a date. */
  readonly dateMs: number;
  readonly sizeBytes: number;
  readonly attachments: boolean;
  /** Names and addresses of the other recipients, a line each, for the search: the rest of To, then Cc and Bcc. */
  readonly others?: string;
  /** Why the message could not be parsed, as a clause; the rest is then what is known without that. */
  readonly problem?: string;
}

const maxPeople = 10;
/** As many as fit into the first bytes that are read. */
const maxOthers = 1000;
const maxOthersLength = 32_000;
const maxSubject = 500;

/** @param raw the file's first bytes @param file size and time of the whole file */
export function summarise(raw: Buffer, file: { sizeBytes: number; timeMs: number }): Summary {
  const complete = raw.length >= file.sizeBytes;
  const structure = findParts(raw);
  const { header } = structure.root;
  const leaves = leavesOf(structure);
  const { charset } = leaves;
  const to = parsePeople(header.all('to'), maxPeople + maxOthers, charset);
  const others = [
    ...to.slice(maxPeople),
    ...['cc', 'bcc'].flatMap(name => parsePeople(header.all(name), maxOthers, charset)),
  ];
  return {
    from: senderIn(header, charset, ['from', 'sender', 'return-path']),
    to: to.slice(0, maxPeople),
    ...(others.length === 0 ? {} : { others: linesOf(others) }),
    subject: decodeText(header.first('subject').slice(0, 4 * maxSubject), charset).slice(0, maxSubject),
    preview: previewOf(raw, complete, leaves.bodies, charset),
    dateMs: parseDate(header.first('date')) ?? file.timeMs,
    sizeBytes: file.sizeBytes,
    attachments: hasAttachments(raw, structure, leaves, complete),
  };
}

/** The sender that is shown: from the first field that names one. */
export function senderIn(header: Pick<Header, 'first'>, charset: string, fields: readonly string[]): Person {
  for (const name of fields) {
    const [person] = parsePeople([header.first(name)], 1, charset);
    if (person) return person;
  }
  return { name: '', address: '' };
}

function linesOf(people: readonly Person[]): string {
  const lines = people.map(({ name, address }) => (name === '' ? address : `${name}\n${address}`));
  return lines.join('\n').slice(0, maxOthersLength);
}

/** @param complete whether `raw` is the whole message */
function hasAttachments(raw: Buffer, { root }: Structure, leaves: Leaves, complete: boolean): boolean {
  // A mixed message that continues after the first bytes usually continues with a file.
  if (leaves.files.some(isAttached) || (!complete && root.kind === 'multipart/mixed')) return true;
  // A uuencoded file in the text.
  if (!raw.includes('\nbegin ')) return false;
  const plain = leaves.bodies.flatMap(body => body.plain);
  const allowance = textAllowance();
  return plain.some(leaf => textOf(raw, leaf, leaves.charset, allowance, raw.length).files.length > 0);
}
