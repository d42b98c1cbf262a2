// A draft as a file in the Drafts mailbox: a message that other mail programs can open and send. Its recipients are only in To, Cc and
// Bcc, and addresses in Bcc appear nowhere else. The text is kept exactly as typed.
import type { Draft } from '../../api/compose.ts';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import type { RewriteAddress } from '../../message/header/address-list.ts';
import { buildMessage, type Outgoing } from './build-message.ts';
import { draftField, maxLineEnds, type Remembered, type Source, sendingField, sourceField } from './read-draft.ts';
import { formatPerson, type Person, quotedAddress, sortTypedList } from './typed-addresses.ts';

/** The fields of a draft file that are not in the draft itself. */
export type GeneratedFields = Pick<Outgoing, 'from' | 'dateMs' | 'messageId' | 'references' | 'inReplyTo' | 'boundary'>;

/**
 * @param sendingMs if set, the file is marked as being sent since then
 * @returns the draft's file. Text that is not an address yet is stored as the name of an empty group
 */
export async function buildDraft(
  draft: Draft,
  stamp: GeneratedFields,
  rewrite: RewriteAddress,
  sendingMs?: number,
): Promise<Buffer> {
  return buildMessage({
    ...stamp,
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
    subject: draft.subject,
    text: draft.text,
    purpose: 'draft',
    files: draft.files.map(file => ({ ...file, type: 'application/octet-stream' })),
    extraFields: {
      ...(draft.source ? { [sourceField]: formatSource(draft.source) } : {}),
      ...(sendingMs === undefined ? {} : { [sendingField]: new Date(sendingMs).toISOString() }),
      [draftField]: folded(Buffer.from(JSON.stringify(remembered(draft))).toString('base64')),
    },
    listLines: [
      listLine('Reply-To', draft.replyTo, rewrite),
      listLine('To', draft.to, rewrite),
      listLine('Cc', draft.cc, rewrite),
      listLine('Bcc', draft.bcc, rewrite),
    ].join(''),
  });
}

/** A field; empty for an empty list. */
export function listLine(name: string, typed: string, rewrite: RewriteAddress): string {
  const { people, unfinished } = sortTypedList(typed, rewrite);
  const guesses = people.flatMap(({ guessedFrom }) => guessedFrom ?? []);
  const sure = people.filter(({ guessedFrom }) => guessedFrom === undefined);
  const entries = [...sure.map(headerPerson), ...[...guesses, ...unfinished].map(part => `${headerPhrase(part)}: ;`)];
  return entries.length === 0 ? '' : `${name}: ${entries.join(',\n ')}\n`;
}

function headerPerson({ name, address }: Person): string {
  if (/^[ -~]{0,60}$/.test(name) && !name.includes('=?')) return formatPerson({ name, address });
  return `${encodedWords(name)} <${quotedAddress(address)}>`;
}

function headerPhrase(text: string): string {
  return /^[ -~]{1,60}$/.test(text) && !/["\\]|=\?/.test(text) ? `"${text}"` : encodedWords(text);
}

/** RFC 2047, in words of at most 75 characters. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let piece = '';
  for (const char of text) {
    if (Buffer.byteLength(piece + char) > 45) {
      words.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...words, piece].map(word => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\n ');
}

function remembered({ text, files }: Draft): Remembered {
  const ended = text.slice(trimEndOf(text, '\r\n').length);
  return {
    lineEnds: Math.min(ended.replaceAll('\r\n', '\n').length, maxLineEnds),
    files: files.map(({ name, type, base64 }) => ({ name, type, sizeBytes: Buffer.byteLength(base64, 'base64') })),
  };
}

function formatSource(source: Source): string {
  return `${source.kind} ${encodeURIComponent(source.id)}`;
}

function folded(base64: string): string {
  return (base64.match(/.{1,72}/g) ?? []).join('\r\n ');
}
