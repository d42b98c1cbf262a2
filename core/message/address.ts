// Envelope addresses. qmail's addresses are bytes, not text, so they travel as *byte strings*: JavaScript strings in
// which every character is one byte (0 to 255). Nothing is lost whatever a peer sends; `displayAddress` is for screens.

/** An address cut at its last `@`; `host` is undefined when there is none. */
export function splitAddress(address: string): { local: string; host: string | undefined } {
  const at = address.lastIndexOf('@');
  if (at < 0) return { local: address, host: undefined };
  return { local: address.slice(0, at), host: address.slice(at + 1) };
}

/** A byte string as UTF-8 text for people (invalid sequences become U+FFFD). */
export function displayAddress(address: string): string {
  return Buffer.from(address, 'latin1').toString('utf8');
}

/** Text, as typed by a person or decoded by a library, as a byte string. */
export function addressFromText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** ASCII lower case only: other bytes stay as they are. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}

/**
 * Bytes 0 to 31 and 127. An address that comes over the network has none: they mean something to terminals, logs, shells and
 * the next server's line reader, and nothing to people.
 */
export function hasControls(address: string): boolean {
  return /[\0-\x1f\x7f]/.test(address);
}

// A local part that needs no quotes consists of these bytes, with no dot at an end and no two dots in a row.
const plainLocal = /^[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+(\.[!#$%&'*+\-/0-9=?A-Z^_`a-z{|}~]+)*$/;

/** The address as it goes into a header or an SMTP command: the local part quoted where RFC 5322 needs it. */
export function quoteAddress(address: string): string {
  if (address === '') return '';
  const { local, host } = splitAddress(address);
  return host === undefined ? quoteLocal(local) : `${quoteLocal(local)}@${host}`;
}

function quoteLocal(local: string): string {
  if (plainLocal.test(local)) return local;
  return `"${local.replace(/[\r\n"\\]/g, '\\$&')}"`;
}
