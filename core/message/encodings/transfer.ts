// Decodes the transfer encodings of MIME (RFC 2045 section 6) in one pass, whatever the bytes are.
import { decodeUu } from './uuencode.ts';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const EQUALS = 0x3d;

/**
 * The decoded bytes. Line ends are LF, except in binary data; an unknown encoding is treated as none.
 * @param encoding the field's value in lower case
 */
export function decodeTransfer(raw: Uint8Array, encoding: string): Uint8Array<ArrayBuffer> {
  if (encoding.includes('base64')) return decodeBase64(raw);
  if (encoding.includes('quoted-printable')) return decodeQuotedPrintable(raw);
  if (/^x?-?uu(?:e|encode)/.test(encoding)) return decodeUu(raw) ?? withLfEnds(raw);
  return encoding === 'binary' ? new Uint8Array(raw) : withLfEnds(raw);
}

/** The value of each base64 letter; 255 for other bytes. */
const sextets = new Uint8Array(256).fill(255);
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  sextets[letter.charCodeAt(0)] = value;
}

/** Bytes that are not base64 are ignored. More data may follow padding, because some programs pad every line. */
function decodeBase64(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.ceil((raw.length * 3) / 4));
  let filled = 0;
  let bits = 0;
  let count = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] as number;
    const value = sextets[byte] as number;
    if (value === 255) {
      if (byte === EQUALS) count = 0;
      continue;
    }
    bits = ((bits << 6) | value) & 0xfff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out[filled++] = bits >> count;
  }
  return out.subarray(0, filled);
}

function decodeQuotedPrintable(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(raw.length);
  let filled = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] as number;
    if (byte === CR) {
      const end = afterCrs(raw, at);
      if (raw[end] !== LF) for (let cr = at; cr < end; cr++) out[filled++] = CR;
      at = end - 1;
      continue;
    }
    const code = byte === EQUALS ? hexPair(raw, at + 1) : undefined;
    if (code !== undefined) at += 2;
    const lineEnd = byte === EQUALS && code === undefined ? endOfSoftBreak(raw, at + 1) : undefined;
    if (lineEnd === undefined) out[filled++] = code ?? byte;
    else at = lineEnd;
  }
  return out.subarray(0, filled);
}

function hexPair(raw: Uint8Array, at: number): number | undefined {
  const high = hexDigit(raw[at]);
  const low = hexDigit(raw[at + 1]);
  return high === undefined || low === undefined ? undefined : high * 16 + low;
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : undefined;
}

/** The end of the line if there are only blanks from `from` on; undefined if there is text. */
function endOfSoftBreak(raw: Uint8Array, from: number): number | undefined {
  let at = from;
  while (raw[at] === SPACE || raw[at] === TAB || raw[at] === CR) at++;
  return at === raw.length || raw[at] === LF ? at : undefined;
}

function withLfEnds(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(raw.length);
  let filled = 0;
  for (let at = 0; at < raw.length; at++) {
    const end = afterCrs(raw, at);
    if (raw[end] === LF) at = end;
    for (; at < end; at++) out[filled++] = CR;
    if (at < raw.length) out[filled++] = raw[at] as number;
  }
  return out.subarray(0, filled);
}

/** The position after the CRs that begin at `at`. */
function afterCrs(raw: Uint8Array, at: number): number {
  let end = at;
  while (raw[end] === CR) end++;
  return end;
}
