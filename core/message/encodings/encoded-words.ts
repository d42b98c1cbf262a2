// Decodes encoded words (RFC 2047) in header fields, and raw bytes between and inside them.
import { decodeBytes } from './charset.ts';
import { decodeTransfer } from './transfer.ts';

/** An encoded word, or the text between two. */
type Piece =
  | { readonly raw: string }
  | { readonly charset: string; readonly bytes: Uint8Array; readonly source: string };

type Word = Extract<Piece, { charset: string }>;

/** @param value a byte string @param charset of the message, for raw bytes; `''`: unknown */
export function decodeWords(value: string, charset: string): string {
  return render(value, charset, raw => decodeRaw(raw, charset));
}

/** Decodes the encoded words in text. */
export function wordsInText(text: string): string {
  return render(text, '', raw => raw);
}

/** Converts a byte string to text without decoding its encoded words, whose contents must not be parsed as syntax. */
export function rawAsText(value: string, charset: string): string {
  if (!hasRaw.test(value)) return value;
  const parts = piecesOf(value).map(piece => {
    if ('raw' in piece) return decodeRaw(piece.raw, charset);
    return hasRaw.test(piece.source) ? inUtf8(piece, charset) : piece.source;
  });
  return parts.join('');
}

function inUtf8({ charset, bytes }: Word, fallback: string): string {
  return `=?utf-8?B?${Buffer.from(decodeBytes(bytes, charset, { fallback })).toString('base64')}?=`;
}

/** Bytes that are not ASCII, and the escapes of ISO-2022. */
const hasRaw = /[\u0080-\u00ff\u001b]/;

/** Converts a byte string to text. */
function decodeRaw(value: string, charset: string): string {
  // It is text already.
  if (!hasRaw.test(value) || /[^\u0000-\u00ff]/.test(value)) return value;
  return decodeBytes(Buffer.from(value, 'latin1'), '', { fallback: charset });
}

function render(value: string, charset: string, rest: (raw: string) => string): string {
  const out: string[] = [];
  let joined: Word[] = [];
  const flush = () => {
    if (joined.length > 0) out.push(decodeJoined(joined, charset));
    joined = [];
  };
  const pieces = piecesOf(value);
  for (const [index, piece] of pieces.entries()) {
    if ('charset' in piece) {
      if (joined[0] && joined[0].charset !== piece.charset) flush();
      joined.push(piece);
      continue;
    }
    // Blanks between two words only fold the line.
    const next = pieces[index + 1];
    if (index > 0 && next && 'charset' in next && /^[ \t\r\n]*$/.test(piece.raw)) continue;
    flush();
    out.push(rest(piece.raw));
  }
  flush();
  return out.join('');
}

/** A character may be split between two words, so they are decoded together, or separately if that gives better text. */
function decodeJoined(words: readonly Word[], fallback: string): string {
  const label = words[0]?.charset ?? '';
  const whole = decodeBytes(Buffer.concat(words.map(({ bytes }) => bytes)), label, { fallback });
  if (words.length === 1 || !whole.includes('\ufffd')) return whole;
  const apart = words.map(({ bytes }) => decodeBytes(bytes, label, { fallback })).join('');
  return apart.includes('\ufffd') ? whole : apart;
}

function piecesOf(value: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (let at = value.indexOf('=?'); at >= 0; ) {
    const word = wordAt(value, at);
    if ('next' in word) {
      at = word.next < 0 ? -1 : value.indexOf('=?', word.next);
      continue;
    }
    if (at > done) pieces.push({ raw: value.slice(done, at) });
    pieces.push({ ...word, source: value.slice(at, word.end) });
    done = word.end;
    at = value.indexOf('=?', done);
  }
  if (done < value.length) pieces.push({ raw: value.slice(done) });
  return pieces;
}

/** The word that begins at `at`, or the position where to continue. No text is examined twice. */
function wordAt(value: string, at: number): { charset: string; bytes: Uint8Array; end: number } | { next: number } {
  const head = /=\?([^?\s=]{1,100})\?([QqBb])\?/y;
  head.lastIndex = at;
  const [opening = '', label = '', encoding = ''] = head.exec(value) ?? [];
  if (opening === '') return { next: at + 2 };
  const from = at + opening.length;
  let end = value.indexOf('?', from);
  // Some programs leave question marks as they are; `=?` begins another word.
  while (end >= 0 && value[end + 1] !== '=') {
    if (value[end - 1] === '=' && end - 1 > from) return { next: end - 1 };
    end = value.indexOf('?', end + 1);
  }
  if (end < 0) return { next: -1 };
  const payload = value.slice(from, end);
  const charset = (label.split('*', 1)[0] ?? '').toLowerCase();
  return { charset, bytes: bytesOf(payload, encoding), end: end + 2 };
}

function bytesOf(payload: string, encoding: string): Uint8Array {
  // Text instead of a byte string, from a word that was typed into a link.
  const raw = Buffer.from(payload, /[^\u0000-\u00ff]/.test(payload) ? 'utf8' : 'latin1');
  if (encoding === 'B' || encoding === 'b') return decodeTransfer(raw, 'base64');
  return decodeTransfer(
    raw.map(byte => (byte === 0x5f ? 0x20 : byte)),
    'quoted-printable',
  );
}
