// Decodes bytes of a message to text, for the mail list, previews, the reader, replies and drafts. A charset label is used if the bytes
// can be in that charset; without a label, or with an unknown or impossible one, the charset is guessed.
import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { eucOfHz, eucOfIso2022Kr } from './seven-bit.ts';

export interface DecodeOptions {
  /** The charset of the message, for bytes without a label that are not UTF-8. */
  readonly fallback?: string;
  /** The bytes were cut off, perhaps inside a character. */
  readonly cut?: boolean;
  /** The bytes are HTML, which may name its own charset. */
  readonly html?: boolean;
}

/** Never throws. @param label as in the message; `''`: none */
export function decodeBytes(bytes: Uint8Array, label: string, options: DecodeOptions = {}): string {
  const { fallback = '', cut = false, html = false } = options;
  const charset = charsetOf(label);
  const marked = markOf(bytes);
  if (marked && (marked !== 'utf-8' || isUtf8(whole(bytes, cut)))) return decodeAs(bytes, marked, cut);
  if (charset && charset !== 'utf-8') return decodeAs(bytes, charset, cut);
  const own = html ? charsetOf(labelInHtml(bytes)) : undefined;
  const other = charset ? undefined : (own ?? charsetOf(fallback));
  if (own && own !== 'utf-8' && !charset) return decodeAs(bytes, own, cut);
  return guess(bytes, other, cut);
}

/**
 * UTF-8 if the bytes are valid, or if most of the non-ASCII ones are: one bad byte does not make the text Windows-1252.
 * @param other the alternative; undefined: Windows-1252
 */
function guess(bytes: Uint8Array, other: string | undefined, cut: boolean): string {
  if (isUtf8(whole(bytes, cut))) return decodeAs(bytes, escapesJapanese(bytes) ? 'iso-2022-jp' : 'utf-8', cut);
  const { good, bad } = countUtf8(bytes);
  if (good > bad) return decodeAs(bytes, 'utf-8', cut);
  return decodeAs(bytes, other === undefined || other.startsWith('utf-') ? 'windows-1252' : other, cut);
}

/** The name of the charset for TextDecoder or iconv-lite; undefined: it is unknown, or does not define non-ASCII bytes. */
function charsetOf(label: string): string | undefined {
  const name =
    label
      .trim()
      .toLowerCase()
      .slice(0, 60)
      .replaceAll('_', '-')
      .replace(/^["']+/, '')
      .split(/["'*;\s]/, 1)[0] ?? '';
  if (name === '' || saysNothing.test(name)) return undefined;
  const known = aliases.get(name) ?? codePage(name) ?? name;
  if (ownDecoders.has(known)) return known;
  return (
    textDecoder(known)?.encoding ??
    (known.length > 2 && !isNotForText(known) && iconv.encodingExists(known) ? known : undefined)
  );
}

const saysNothing =
  /^(?:x-)?(?:us-ascii|ascii|ansi-x3\.4-19(?:68|86)|iso646-us|646|cp367|unknown|unknown-8bit|8bit|7bit|default|none|binary|user-defined)$/;
/**
 * Encodings of iconv-lite that are not charsets of mail. iconv-lite ignores all but letters and digits in a name, and a year at its end.
 */
function isNotForText(name: string): boolean {
  return /^(?:base64|hex|binary|utf7imap|cesu8|ucs2|utf16.*)$/.test(name.replace(/:\d{4}$|[^0-9a-z]/g, ''));
}

/** Names that neither library has, or that they interpret differently. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['hz', 'hz-gb-2312'],
  ['csiso2022kr', 'iso-2022-kr'],
  ['unicode-1-1-utf-7', 'utf-7'],
  ['utf7', 'utf-7'],
  ['utf-8-mac', 'utf-8'],
  ['utf8mb4', 'utf-8'],
  ['utf-8n', 'utf-8'],
  ['cp65001', 'utf-8'],
  ['unicode', 'utf-16le'],
  ['cp932', 'shift_jis'],
  ['cp943', 'shift_jis'],
  ['ms932', 'shift_jis'],
  ['shift-jis', 'shift_jis'],
  ['shiftjis', 'shift_jis'],
  ['shift-jisx0213', 'shift_jis'],
  ['shift-jis-2004', 'shift_jis'],
  ['eucjp', 'euc-jp'],
  ['eucjp-win', 'euc-jp'],
  ['iso-2022-jp-ms', 'iso-2022-jp'],
  ['iso-2022-jp-1', 'iso-2022-jp'],
  ['iso-2022-jp-2', 'iso-2022-jp'],
  ['iso-2022-jp-3', 'iso-2022-jp'],
  ['iso-2022-jp-2004', 'iso-2022-jp'],
  ['cp50220', 'iso-2022-jp'],
  ['cp50221', 'iso-2022-jp'],
  ['cp936', 'gbk'],
  ['euc-cn', 'gbk'],
  ['gb18030-2000', 'gb18030'],
  ['cp54936', 'gb18030'],
  ['cp949', 'euc-kr'],
  ['ms949', 'euc-kr'],
  ['uhc', 'euc-kr'],
  ['ks-c-5601-1987', 'euc-kr'],
  ['ks-c-5601', 'euc-kr'],
  ['ksc5601', 'euc-kr'],
  ['cp950', 'big5'],
  ['big5hkscs', 'big5'],
  ['latin1', 'windows-1252'],
  ['latin-1', 'windows-1252'],
  ['ansi', 'windows-1252'],
  ['mac', 'macintosh'],
  ['macroman', 'macintosh'],
  ['mac-roman', 'macintosh'],
  ['cp10000', 'macintosh'],
]);

/** `cp1252`, `win-1251`, `ms-ee`: Windows' code pages by other names. */
function codePage(name: string): string | undefined {
  const windows = /^(?:x-)?(?:cp|win|windows|ms|ansi)?-?(125\d|874)$/.exec(name)?.[1];
  if (windows) return `windows-${windows}`;
  const iso = /^iso-?8859-?(\d{1,2})(?:-[ei]|:\d{4})?$/.exec(name)?.[1];
  if (iso) return name.endsWith('-i') ? 'iso-8859-8-i' : `iso-8859-${iso}`;
  const ibm = /^(?:x-|cs)?(?:cp|ibm|dos|oem|pc)-?0?(\d{3})$/.exec(name)?.[1];
  return ibm && `cp${ibm}`;
}

function textDecoder(name: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(name);
  } catch {
    return undefined;
  }
}

const ownDecoders: ReadonlyMap<string, (bytes: Uint8Array, cut: boolean) => string> = new Map([
  ['hz-gb-2312', (bytes: Uint8Array, cut: boolean) => decodeAs(eucOfHz(bytes), 'gbk', cut)],
  ['iso-2022-kr', (bytes: Uint8Array, cut: boolean) => decodeAs(eucOfIso2022Kr(bytes), 'euc-kr', cut)],
  // Without a byte order mark it is big-endian (RFC 2781 section 4.3), unless the bytes suggest otherwise.
  [
    'utf-16',
    (bytes: Uint8Array, cut: boolean) =>
      decodeAs(bytes, bytes[0] !== 0 && bytes[1] === 0 ? 'utf-16le' : 'utf-16be', cut),
  ],
]);

/** @param charset as returned by `charsetOf` */
function decodeAs(bytes: Uint8Array, charset: string, cut: boolean): string {
  const own = ownDecoders.get(charset);
  if (own) return own(bytes, cut);
  const decoder = textDecoder(charset);
  if (decoder) return decoder.decode(bytes, { stream: cut });
  return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), charset);
}

/** The charset of a byte order mark. */
function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** Removes an incomplete character at the end. */
function whole(bytes: Uint8Array, cut: boolean): Uint8Array {
  if (!cut) return bytes;
  for (let dropped = 1; dropped <= 3; dropped++) {
    const byte = bytes[bytes.length - dropped] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - dropped);
  }
  return bytes;
}

/** ESC $ B, ESC $ @ or ESC ( J in bytes that are all ASCII. */
function escapesJapanese(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x1b); at >= 0; at = bytes.indexOf(0x1b, at + 1)) {
    const [first, second] = [bytes[at + 1], bytes[at + 2]];
    if (first === 0x24 && (second === 0x42 || second === 0x40)) return true;
    if (first === 0x28 && second === 0x4a) return true;
  }
  return false;
}

/** Counts non-ASCII UTF-8 characters, and bytes that do not belong to any. */
function countUtf8(bytes: Uint8Array): { good: number; bad: number } {
  let good = 0;
  let bad = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) continue;
    const more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    let found = byte >= 0xc2 && byte < 0xf5 ? 0 : -1;
    while (found >= 0 && found < more && ((bytes[at + found + 1] ?? 0) & 0xc0) === 0x80) found++;
    if (found === more) {
      good++;
      at += more;
    } else bad++;
  }
  return { good, bad };
}

/** A charset is looked for only near the beginning. */
const htmlHeadBytes = 4096;

/** The charset in `<meta charset>`, `<meta content="…; charset=…">` or an XML declaration; `''`: none. */
function labelInHtml(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, htmlHeadBytes)).toString('latin1').toLowerCase();
  for (const piece of head.split('<')) {
    const isMeta = piece.startsWith('meta');
    if (!isMeta && !piece.startsWith('?xml')) continue;
    const tag = piece.split('>', 1)[0] ?? '';
    const named = tag.indexOf(isMeta ? 'charset' : 'encoding');
    const label = named < 0 ? undefined : /^[a-z]+\s*=\s*(?:["']\s*)?([a-z0-9_.:-]+)/.exec(tag.slice(named))?.[1];
    // HTML that can be parsed this far is not in UTF-16.
    if (label !== undefined) return label.startsWith('utf-16') ? 'utf-8' : label;
  }
  return '';
}
