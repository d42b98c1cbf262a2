// Reads a whole message: its people, its text, its HTML and its files. Any bytes give a result.
import type { Attachment, Message } from '../../api/mail.ts';
import { lighterHtml } from '../../message/body/lighter-html.ts';
import { htmlText, plainText } from '../../message/body/text-forms.ts';
import { decodeText } from '../../message/encodings/display-text.ts';
import type { Header } from '../../message/header/parse-header.ts';
import { parsePeople } from '../../message/header/people.ts';
import { inlineImages } from './inline-images.ts';
import { type Mime, type MimePart, parseMime } from './parts.ts';
import { senderIn } from './summary.ts';

/** What reading adds to the row in the list, or knows better. */
export type Content = Omit<Message, 'id' | 'preview' | 'dateMs' | 'sizeBytes' | 'flags'>;

const maxTextLength = 1024 * 1024;
const mostHtml = { length: 3 * 1024 * 1024, tags: 50_000, depth: 250, attributes: 200 };
const maxPeople = 1000;
/** A header's line holds half of that. */
const maxSubject = 2000;

/** @param raw the whole message, or the beginning of one that is too large @param sizeBytes its real size */
export function readContent(raw: Buffer, sizeBytes: number): Content {
  const mime = parseMime(raw, sizeBytes);
  const head = headerOf(mime.header, mime.charset);
  if (mime.problem !== undefined) {
    const text = `This message cannot be parsed (${mime.problem}). Its source shows all of it.`;
    return { ...head, ...nothing, text };
  }
  const { html, tooMuch } = htmlText(mime.texts, mostHtml);
  const shown = html === undefined ? undefined : inlineImages(lighterHtml(html), mime.parts);
  const files = mime.parts.map((part, number) => describe(part, number, shown?.used.has(number) ?? false));
  return {
    ...head,
    attachments: mime.parts.some(part => part.attached),
    text: textOf(mime),
    html: shown?.html ?? null,
    files,
    invitation: mime.invitation ?? null,
    faults: [
      ...(sizeBytes > raw.length ? [cutFault(sizeBytes, raw.length)] : mime.faults),
      ...(tooMuch ? [largeHtmlFault] : []),
    ],
  };
}

/** The rest, when nothing could be parsed. */
const nothing = { attachments: false, html: null, files: [], invitation: null, faults: [] };

function headerOf(
  header: Header,
  charset: string,
): Pick<Content, 'from' | 'to' | 'cc' | 'replyTo' | 'subject' | 'messageId'> {
  return {
    from: senderIn(header, charset, ['from', 'sender']),
    to: parsePeople(header.all('to'), maxPeople, charset),
    cc: parsePeople(header.all('cc'), maxPeople, charset),
    replyTo: parsePeople(header.all('reply-to'), maxPeople, charset),
    subject: decodeText(header.first('subject'), charset).slice(0, maxSubject),
    messageId: header.first('message-id'),
  };
}

function describe(part: MimePart, number: number, shown: boolean): Attachment {
  return { part: number, name: part.name, type: part.type, sizeBytes: part.bytes.length, shown };
}

/** The plain text, or the text of the HTML if there is only HTML. */
function textOf({ texts }: Mime): string {
  const { text, cutFrom } = plainText(texts, maxTextLength);
  if (cutFrom === undefined) return text;
  return `${text}\n\n[The text is cut: it has ${cutFrom} characters. The message's source shows more.]`;
}

function cutFault(sizeBytes: number, takenBytes: number): string {
  return (
    `This message has ${megabytes(sizeBytes)} MB, of which the first ${megabytes(takenBytes)} MB are parsed. Attachments that ` +
    'end after that are not listed; the file on disk is complete and can be opened with another program.'
  );
}

const largeHtmlFault =
  `The HTML of this message is too much for a window to show (more than ${megabytes(mostHtml.length)} MB, ` +
  `${mostHtml.tags} tags or ${mostHtml.depth} elements within each other): this is its text.`;

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(0);
}
