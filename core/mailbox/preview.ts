// The first words of a message's text for its row in the list.
import { isUtf8 } from 'node:buffer';
import { oneLine } from './header.ts';
import { textOfHtml } from './html-text.ts';
import type { TextPart } from './outline.ts';

const previewLength = 140;
// Enough encoded bytes for the preview: HTML begins with style sheets.
const plainBytes = 2048;
const htmlBytes = 48 * 1024;

/** One line; `''` when the part has no words within its first bytes. */
export function previewOf(part: TextPart): string {
  const cut = part.raw.subarray(0, part.html ? htmlBytes : plainBytes);
  const bytes = decodeTransfer(cut, part.encoding);
  let text = decodeCharset(bytes, part.charset).replace(/\ufffd+$/, '');
  if (part.html) text = textOfHtml(text, 4 * previewLength);
  const lines = text.split('\n');
  const own = lines.filter(line => !line.startsWith('>')).join('\n');
  return shorten(oneLine(own) || oneLine(lines.join('\n').replace(/^[> ]+/gm, '')));
}

/** Cuts between characters, not inside one. */
function shorten(text: string): string {
  if (text.length <= previewLength) return text;
  const last = text.charCodeAt(previewLength - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? previewLength - 1 : previewLength);
}

function decodeTransfer(raw: Buffer, encoding: string): Buffer {
  if (encoding.includes('base64')) return Buffer.from(raw.toString('latin1'), 'base64');
  if (encoding.includes('quoted-printable')) return decodeQuotedPrintable(raw);
  return raw;
}

function decodeQuotedPrintable(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/[ \t]*=[ \t]*\r?\n/g, '');
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** An unknown or missing charset is UTF-8 where the bytes are, else Windows-1252. */
function decodeCharset(bytes: Buffer, charset: string): string {
  if (charset === '' || /^(utf-?8|us-ascii)$/i.test(charset)) {
    // The bytes may end inside a character: only the end may be wrong.
    if (isUtf8(bytes.subarray(0, Math.max(0, bytes.length - 3)))) return bytes.toString('utf8');
    for (let cut = 1; cut <= 3; cut++) {
      if (isUtf8(bytes.subarray(0, Math.max(0, bytes.length - 3 - cut)))) return bytes.toString('utf8');
    }
    return new TextDecoder('windows-1252').decode(bytes);
  }
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes);
  }
}
