// File names are bytes. In this folder paths are byte strings (one character per byte); here they meet the disk.
import { displayAddress } from '../message/address.ts';

/** The path as Node's file functions take it without changing a byte. */
export function rawPath(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** Where a path leads that counts from `cwd`. */
export function absolute(path: string, cwd: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}

/** The byte string as the UTF-8 text that stands for exactly these bytes; undefined when it is not valid UTF-8. */
export function exactText(bytes: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(bytes)) return bytes;
  const text = displayAddress(bytes);
  return Buffer.from(text, 'utf8').toString('latin1') === bytes ? text : undefined;
}
