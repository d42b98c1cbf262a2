// File names are bytes. In core/local paths are byte strings (one character per byte), converted here for Node.
import { displayAddress } from '../message/address.ts';

/** The path in a form that Node's file functions use without changing a byte. */
export function rawPath(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** The absolute form of a path that is relative to `cwd`. */
export function absolute(path: string, cwd: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}

/** The text whose UTF-8 encoding is exactly these bytes; undefined if they are not valid UTF-8. */
export function exactText(bytes: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(bytes)) return bytes;
  const text = displayAddress(bytes);
  return Buffer.from(text, 'utf8').toString('latin1') === bytes ? text : undefined;
}
