// Prepares header fields for display: decoded (RFC 2047), on one line, and of limited length.
import { decodeWords } from './encoded-words.ts';

/** Longer fields are cut. */
const maxFieldLength = 20_000;

/**
 * An unstructured field as one line of text.
 * @param value a byte string @param charset of the message, for bytes that are not ASCII; `''`: unknown
 */
export function decodeText(value: string, charset = ''): string {
  return oneLine(decodeWords(value.slice(0, maxFieldLength), charset));
}

/**
 * Text from outside as one line, without control characters and direction overrides (which could show a file `fdp.exe` as `exe.pdf`).
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
}
