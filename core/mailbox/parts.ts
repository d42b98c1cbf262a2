// Takes a message's MIME structure apart with postal-mime, within limits of time and memory.
import PostalMime, { type Email } from 'postal-mime';
import type { Pace } from '../lib/pace.ts';
import { trimEndOf } from '../lib/trim-end.ts';
import { oneLine } from './header.ts';

export interface MimePart {
  /** A file name without directories. */
  readonly name: string;
  readonly type: string;
  /** Without angle brackets; `''` when there is none. */
  readonly contentId: string;
  readonly bytes: Uint8Array;
}

export interface Mime {
  readonly text: string;
  readonly html: string;
  /** Everything that is not text to read, numbered by its place in this list. */
  readonly parts: readonly MimePart[];
  /** Why there is nothing; undefined when all went well. */
  readonly problem?: string;
}

// Every part costs a kilobyte or two of memory, and takes as little as five bytes in a message.
const maxDelimiterLines = 20_000;
const maxHeadersSize = 512 * 1024;
// Each line costs postal-mime a kilobyte or two: 30 MB of base64 fit, 30 MB of empty lines do not.
const maxLines = 450_000;

/** Never throws. Nested messages are parts like other files: they are not taken apart themselves. */
export async function parseMime(raw: Buffer, pace: Pace): Promise<Mime> {
  if (count(raw, '\n--', maxDelimiterLines) > maxDelimiterLines) return failed('it has too many parts');
  if (count(raw, '\n', maxLines) > maxLines) return failed('it has too many lines');
  try {
    const { email, lineByLine } = await parseInSlices(raw, pace);
    return {
      text: (email.text ?? '').replaceAll('\r\n', '\n'),
      html: email.html ?? '',
      parts: email.attachments.map((attachment, index) => partOf(attachment, index, lineByLine)),
    };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function failed(problem: string): Mime {
  return { text: '', html: '', parts: [], problem };
}

/** What is used of postal-mime beyond its published types; where it is missing, everything works, only less well. */
interface Internals {
  /** The step taken for every line of a message. It is asynchronous, so a rest can be put in. */
  processLine?: (line: Uint8Array, isLast: boolean) => Promise<void>;
  readonly root?: MimeNode;
}

interface MimeNode {
  readonly content?: unknown;
  readonly contentTransferEncoding?: { readonly encoding?: string };
  readonly childNodes?: readonly MimeNode[];
}

async function parseInSlices(raw: Buffer, pace: Pace): Promise<{ email: Email; lineByLine: ReadonlySet<unknown> }> {
  const parser = new PostalMime({ forceRfc822Attachments: true, maxRfc822NestingDepth: 0, maxHeadersSize });
  const internals = parser as Internals;
  const step = internals.processLine?.bind(parser);
  if (step) {
    let lines = 0;
    internals.processLine = (line, isLast) => {
      // Reading the time for every line would cost more than the line.
      lines++;
      if (lines % 64 !== 0 || !pace.due()) return step(line, isLast);
      return pace.rest().then(() => step(line, isLast));
    };
  }
  const email = await parser.parse(raw);
  const lineByLine = new Set<unknown>();
  for (const node of internals.root?.childNodes ?? []) collectLines(node, lineByLine);
  return { email, lineByLine };
}

/** The contents that are lines of text in the message: all but base64. */
function collectLines(node: MimeNode, found: Set<unknown>): void {
  if (node.content && !node.contentTransferEncoding?.encoding?.includes('base64')) {
    found.add(node.content);
  }
  for (const child of node.childNodes ?? []) collectLines(child, found);
}

function count(raw: Buffer, what: string, most: number): number {
  let found = 0;
  for (let at = raw.indexOf(what); at >= 0 && found <= most; at = raw.indexOf(what, at + 1)) found++;
  return found;
}

function partOf(attachment: Email['attachments'][number], index: number, lineByLine: ReadonlySet<unknown>): MimePart {
  const bytes = bytesOf(attachment.content);
  // The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1); postal-mime gives it to the part.
  const extra = lineByLine.has(attachment.content) && bytes.at(-1) === 0x0a ? 1 : 0;
  return {
    name: fileName(attachment.filename ?? '') || defaultName(attachment.mimeType, index),
    type: /^[\w.+-]+\/[\w.+-]+$/.test(attachment.mimeType) ? attachment.mimeType : 'application/octet-stream',
    contentId: (attachment.contentId ?? '').trim().replace(/^<|>$/g, ''),
    bytes: bytes.subarray(0, bytes.length - extra),
  };
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

/** The last part of a path, safe as a name in a directory: not hidden, no characters that systems forbid. */
function fileName(given: string): string {
  const last = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
  const shown = oneLine(last.replace(/[<>:"|?*]/g, '_')).replace(/^\.+/, '');
  return trimEndOf(shown, '. ').slice(0, 200);
}

function defaultName(type: string, index: number): string {
  if (type === 'message/rfc822') return `message-${index + 1}.eml`;
  const subtype = /^(?:image|video|audio|text|application)\/(?:x-)?([a-z0-9]{2,5})$/.exec(type)?.[1];
  const extension = subtype === 'plain' ? 'txt' : subtype;
  return extension ? `part-${index + 1}.${extension}` : `part-${index + 1}`;
}
