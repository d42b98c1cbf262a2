// Envelope addresses. qmail's addresses are bytes, not text, so they are represented as *byte strings*: JavaScript strings in which every
// character is one byte (0 to 255). No byte is lost, whatever a peer sends; `displayAddress` converts for display.

/** Splits an address at its last `@`; `host` is undefined if there is none. */
export function splitAddress(address: string): { local: string; host: string | undefined } {
  const at = address.lastIndexOf('@');
  if (at < 0) return { local: address, host: undefined };
  return { local: address.slice(0, at), host: address.slice(at + 1) };
}

/** `joe@example.org.` is joe@example.org: the dot of the DNS root is not part of a mail domain. */
export function withoutRootDot(address: string): string {
  const isRoot = address.endsWith('.') && address.includes('@') && !'.@'.includes(address.charAt(address.length - 2));
  return isRoot ? address.slice(0, -1) : address;
}

/** A byte string as UTF-8 text for people (invalid sequences become U+FFFD). */
export function displayAddress(address: string): string {
  return Buffer.from(address, 'latin1').toString('utf8');
}

/**
 * Converts text to a byte string, as UTF-8. A byte that was not UTF-8 is represented in the text by a lone surrogate, U+DC00 plus the
 * byte (`textFromBytes`).
 */
export function addressFromText(text: string): string {
  const [first = '', ...rest] = text.split(/([\udc80-\udcff])/u);
  if (rest.length === 0) return Buffer.from(text, 'utf8').toString('latin1');
  const pieces = [first, ...rest].map((piece, at) =>
    at % 2 === 0 ? Buffer.from(piece, 'utf8').toString('latin1') : String.fromCharCode(piece.charCodeAt(0) - 0xdc00),
  );
  return pieces.join('');
}

const utf8OrByte =
  /[\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** Converts any bytes to text that `addressFromText` converts back to the same bytes. */
export function textFromBytes(raw: Buffer): string {
  return raw.toString('latin1').replace(utf8OrByte, found => {
    const [byte] = Buffer.from(found, 'latin1');
    if (found.length === 1 && byte !== undefined && byte >= 0x80) return String.fromCharCode(0xdc00 + byte);
    return Buffer.from(found, 'latin1').toString('utf8');
  });
}

/** Converts ASCII letters to lower case; other bytes are not changed. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}

/**
 * Whether there are bytes 0 to 31 or 127. They are not allowed in addresses from the network, because they have a special meaning to
 * terminals, logs, shells and the next server's line reader.
 */
export function hasControls(address: string): boolean {
  return /[\0-\x1f\x7f]/.test(address);
}

/** The address for a line of a header, as qmail-local writes it. */
export function withoutLineEnds(address: string): string {
  return address.replaceAll('\n', '_');
}

// A local part that needs no quotes: only these bytes, no dot at either end, no two dots in a row.
const plainLocal = /^[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+(\.[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+)*$/;

/** The address for a header or an SMTP command: the local part is quoted if RFC 5322 requires it. */
export function quoteAddress(address: string): string {
  if (address === '') return '';
  const { local, host } = splitAddress(address);
  return host === undefined ? quoteLocal(local) : `${quoteLocal(local)}@${host}`;
}

function quoteLocal(local: string): string {
  if (plainLocal.test(local)) return local;
  return `"${local.replace(/[\r\n"\\]/g, '\\$&')}"`;
}
