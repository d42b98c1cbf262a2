// The first words of a message's text for its row in the list.
import { isUtf8 } from 'node:buffer';
import { trimEndOf } from '../lib/trim-end.ts';
import { oneLine } from '../message/display.ts';
import { decodeTransfer } from '../message/transfer.ts';
import { textOfHtml } from './html-text.ts';
import type { TextPart } from './outline.ts';

const previewLength = 140;
// Enough encoded bytes for the preview: HTML begins with style sheets.
const plainBytes = 2048;
const htmlBytes = 48 * 1024;

/** One line; `''` when the part has no words within its first bytes. */
export function previewOf(part: TextPart): string {
  const cut = part.raw.subarray(0, part.html ? htmlBytes : plainBytes);
  const bytes = Buffer.from(decodeTransfer(cut, part.encoding));
  let text = decodeCharset(bytes, part.charset, cut.length < part.raw.length);
  text = trimEndOf(text, '\ufffd');
  if (part.html) text = textOfHtml(text, 4 * previewLength);
  return shorten(firstWords(text, line => !line.startsWith('>')) || firstWords(text, () => true));
}

/** The beginning of the wanted lines as one line, quote marks taken off. */
function firstWords(text: string, wanted: (line: string) => boolean): string {
  let words = '';
  for (const line of text.split('\n')) {
    // White space may still go, so more than the preview's length is gathered.
    if (words.length > 4 * previewLength) break;
    if (wanted(line)) words += `${line.slice(0, 8 * previewLength).replace(/^[> ]+/, '')}\n`;
  }
  return oneLine(words);
}

/** Cuts between characters, not inside one. */
function shorten(text: string): string {
  if (text.length <= previewLength) return text;
  const last = text.charCodeAt(previewLength - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? previewLength - 1 : previewLength);
}

/** An unknown or missing charset is UTF-8 where the bytes are, else Windows-1252. */
function decodeCharset(bytes: Buffer, charset: string, cut: boolean): string {
  if (charset !== '' && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    try {
      return new TextDecoder(charset).decode(bytes);
    } catch {
      // No such charset: guess.
    }
  }
  return isText(bytes, cut) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes);
}

/** Whether this is UTF-8; bytes that were cut off somewhere may end inside a character. */
function isText(bytes: Buffer, cut: boolean): boolean {
  for (let dropped = 0; dropped <= (cut ? 3 : 0); dropped++) {
    if (isUtf8(bytes.subarray(0, Math.max(0, bytes.length - dropped)))) return true;
  }
  return false;
}
