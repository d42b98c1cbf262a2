// The whole message for the reader: its people, its text, its HTML, its files. Whatever the bytes are, it answers.
import type { Attachment, Message } from '../api/mail.ts';
import { createPace } from '../lib/pace.ts';
import { decodeText } from '../message/display.ts';
import { parsePeople } from '../message/people.ts';
import { parseHeader } from './header.ts';
import { textOfHtml } from './html-text.ts';
import { inlineImages } from './inline-images.ts';
import { countsAsAttachment } from './outline.ts';
import { type Mime, type MimePart, parseMime } from './parts.ts';

/** What reading adds to, or knows better than, the row in the list. */
export type Content = Omit<Message, 'id' | 'preview' | 'dateMs' | 'sizeBytes' | 'flags'>;

/** Messages above this size are shown by their header only: taking them apart would need many times their size. */
export const maxParsedBytes = 30 * 1024 * 1024;
const maxTextLength = 1024 * 1024;
const maxHtmlLength = 3 * 1024 * 1024;
const maxPeople = 1000;
/** A header's line holds half of that. */
const maxSubject = 2000;

/** @param raw the whole message, or the beginning of one that is too large @param sizeBytes its real size */
export async function readContent(raw: Buffer, sizeBytes: number): Promise<Content> {
  if (sizeBytes > maxParsedBytes) {
    const text =
      `This message has ${megabytes(sizeBytes)} MB; only messages up to ${megabytes(maxParsedBytes)} MB are taken ` +
      'apart here. Its text and its files are not shown; the file itself is whole and can be opened with another program.';
    return { ...headerOf(raw), attachments: false, text, html: null, files: [] };
  }
  const mime = await parseMime(raw, createPace());
  if (mime.problem !== undefined) {
    const text = `This message cannot be taken apart (${mime.problem}). Its source shows all of it.`;
    return { ...headerOf(raw), attachments: false, text, html: null, files: [] };
  }
  const html = mime.html !== '' && mime.html.length <= maxHtmlLength ? inlineImages(mime.html, mime.parts) : null;
  const files = mime.parts.flatMap((part, number) => (html?.used.has(number) ? [] : [describe(part, number)]));
  return {
    ...headerOf(raw),
    attachments: files.some(file => countsAsAttachment(file.type)),
    text: textOf(mime),
    html: html?.html ?? null,
    files,
  };
}

function headerOf(raw: Buffer): Pick<Content, 'from' | 'to' | 'cc' | 'replyTo' | 'subject' | 'messageId'> {
  const header = parseHeader(raw);
  return {
    from: parsePeople([header.first('from') || header.first('sender')], 1)[0] ?? { name: '', address: '' },
    to: parsePeople(header.all('to'), maxPeople),
    cc: parsePeople(header.all('cc'), maxPeople),
    replyTo: parsePeople(header.all('reply-to'), maxPeople),
    subject: decodeText(header.first('subject')).slice(0, maxSubject),
    messageId: header.first('message-id'),
  };
}

function describe(part: MimePart, number: number): Attachment {
  return { part: number, name: part.name, type: part.type, sizeBytes: part.bytes.length };
}

/** The plain text, or what the HTML says where there is only that. */
function textOf({ text, html }: Mime): string {
  const source = text.trim() === '' && html !== '' ? html : text;
  const begin = source.slice(0, maxTextLength);
  const shown = source === html ? textOfHtml(begin) : begin;
  if (source.length <= maxTextLength) return shown;
  return `${shown}\n\n[The text goes on: ${source.length} characters in all. The message's source shows more.]`;
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(0);
}
