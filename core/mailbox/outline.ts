// A first look at a message's MIME structure (RFC 2046) from its first bytes: where its text is, whether it carries
// files. Cheap enough for every message of a big Maildir; the reader parses the whole message with postal-mime.
import { type Header, parseHeader, parseStructured } from './header.ts';

export interface Outline {
  /** The part to show a preview of: the first plain text, else the first HTML. */
  readonly text: TextPart | undefined;
  readonly attachments: boolean;
}

export interface TextPart {
  /** The encoded bytes, as far as they were there. */
  readonly raw: Buffer;
  readonly encoding: string;
  readonly charset: string;
  readonly html: boolean;
}

interface Found {
  plain: TextPart | undefined;
  html: TextPart | undefined;
  attachments: boolean;
  /** Parts that may still be looked at. */
  budget: number;
}

const maxParts = 64;
const maxDepth = 8;
const maxPartHeaderBytes = 16 * 1024;

/** @param complete whether `raw` is the whole message */
export function outline(raw: Buffer, header: Header, complete: boolean): Outline {
  const found: Found = { plain: undefined, html: undefined, attachments: false, budget: maxParts };
  walk(found, raw, header, raw.length, 0, '');
  const type = parseStructured(header.first('content-type')).value;
  // A mixed message that goes on beyond the first bytes goes on with a file, as a rule.
  if (!complete && type === 'multipart/mixed') found.attachments = true;
  return { text: found.plain ?? found.html, attachments: found.attachments };
}

function walk(found: Found, raw: Buffer, header: Header, end: number, depth: number, parent: string): void {
  const type = parseStructured(header.first('content-type'));
  const kind = type.value || (parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain');
  const boundary = type.parameters.get('boundary');
  if (kind.startsWith('multipart/')) {
    if (boundary && depth < maxDepth) walkParts(found, raw, header.bodyStart, end, boundary, depth, kind);
    return;
  }
  const disposition = parseStructured(header.first('content-disposition'));
  const isText = (kind === 'text/plain' || kind === 'text/html') && disposition.value !== 'attachment';
  if (isText) {
    const part: TextPart = {
      raw: raw.subarray(header.bodyStart, end),
      encoding: header.first('content-transfer-encoding').toLowerCase(),
      charset: type.parameters.get('charset') ?? '',
      html: kind === 'text/html',
    };
    if (part.html) found.html ??= part;
    else found.plain ??= part;
    return;
  }
  const inlineImage = parent === 'multipart/related' && header.first('content-id') !== '';
  if (countsAsAttachment(kind) && !inlineImage) found.attachments = true;
}

function walkParts(
  found: Found,
  raw: Buffer,
  start: number,
  end: number,
  boundary: string,
  depth: number,
  kind: string,
): void {
  const delimiter = Buffer.from(`--${boundary}`);
  let at = nextDelimiter(raw, delimiter, start, end);
  while (at >= 0 && found.budget > 0) {
    const after = at + delimiter.length;
    if (raw[after] === 0x2d && raw[after + 1] === 0x2d) return;
    const lineEnd = raw.indexOf(0x0a, after);
    if (lineEnd < 0 || lineEnd >= end) return;
    const next = nextDelimiter(raw, delimiter, lineEnd, end);
    const partEnd = next < 0 ? end : next;
    found.budget--;
    // The header is looked for in the first bytes of the part only: hostile parts must not make this quadratic.
    const window = raw.subarray(0, Math.min(partEnd, lineEnd + 1 + maxPartHeaderBytes));
    walk(found, raw, parseHeader(window, lineEnd + 1), partEnd, depth + 1, kind);
    at = next;
  }
}

/** The next place at the beginning of a line where the delimiter stands, or -1. */
function nextDelimiter(raw: Buffer, delimiter: Buffer, from: number, end: number): number {
  for (let at = raw.indexOf(delimiter, from); at >= 0 && at < end; at = raw.indexOf(delimiter, at + 1)) {
    if (at === 0 || raw[at - 1] === 0x0a) return at;
  }
  return -1;
}

const notFiles = new Set([
  'application/pgp-signature',
  'application/pgp-encrypted',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'message/delivery-status',
  'message/disposition-notification',
  'text/rfc822-headers',
]);

/** Whether a part of this type is something that a person attached, rather than a signature or a report for programs. */
export function countsAsAttachment(type: string): boolean {
  return !notFiles.has(type);
}
