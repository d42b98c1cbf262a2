// The source of a message: its beginning as text to view, and its bytes in pieces to save.
import { isUtf8 } from 'node:buffer';
import type { Reply } from '../../api/contract.ts';
import { readFileStart } from './file-start.ts';

const maxShownBytes = 1024 * 1024;
/** How many bytes of a file go to the window at once. */
export const pieceBytes = 4 * 1024 * 1024;

/** The beginning of the file as text. */
export async function showSource(path: string): Promise<Reply<'mail.source'>> {
  const { raw, sizeBytes } = await readFileStart(path, maxShownBytes);
  const cut = sizeBytes > raw.length;
  return { text: sourceText(cut ? withoutCutCharacter(raw) : raw), cut };
}

/** A piece of the file; empty after its end. */
export async function readPiece(path: string, offset: number): Promise<Reply<'mail.bytes'>> {
  const { raw, sizeBytes } = await readFileStart(path, pieceBytes, offset);
  return { base64: raw.toString('base64'), sizeBytes };
}

/** Line by line UTF-8, as mail has it today; a line that is not shows each byte as a character of its own (latin1). */
export function sourceText(raw: Buffer): string {
  if (isUtf8(raw)) return raw.toString('utf8');
  const lines: string[] = [];
  for (let start = 0; start < raw.length; ) {
    const feed = raw.indexOf(0x0a, start);
    const end = feed < 0 ? raw.length : feed + 1;
    const line = raw.subarray(start, end);
    lines.push(line.toString(isUtf8(line) ? 'utf8' : 'latin1'));
    start = end;
  }
  return lines.join('');
}

/** The cut may be in the middle of a character. */
function withoutCutCharacter(raw: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, raw.length); back++) {
    const byte = raw[raw.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? raw.subarray(0, -back) : raw;
  }
  return raw;
}
