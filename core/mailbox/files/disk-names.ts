// Converts file names to text and back. A name is bytes, and not always UTF-8 (old ones, of other systems). So that the text
// leads back to the same name, each byte that is not UTF-8 becomes a character of its own: U+F780 to U+F7FF.
import { isUtf8 } from 'node:buffer';

const ofByte = 0xf700;

/** The text for a name: the name itself, where it is UTF-8. */
export function nameText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return isExact(text) ? text : byCharacters(bytes);
}

/** Whether a name that was read as UTF-8 is exact. If not, it must be read again as bytes. */
export function isExact(text: string): boolean {
  return !/[\ufffd\uf780-\uf7ff]/.test(text);
}

function byCharacters(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const piece = characterAt(bytes, at);
    text += piece ?? String.fromCharCode(ofByte + (bytes[at] as number));
    at += piece === undefined ? 1 : Buffer.byteLength(piece);
  }
  return text;
}

/** undefined when there is no character here, and for the characters that replace bytes. */
function characterAt(bytes: Buffer, at: number): string | undefined {
  const lead = bytes[at] as number;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const character = bytes.subarray(at, at + length);
  if (!isUtf8(character)) return undefined;
  const text = character.toString('utf8');
  return /[\uf780-\uf7ff]/.test(text) ? undefined : text;
}

/** The path on disk for a text that `nameText` made. */
export function diskPath(path: string): string | Buffer {
  if (!/[\uf780-\uf7ff]/.test(path)) return path;
  const pieces = path.split(/([\uf780-\uf7ff])/);
  return Buffer.concat(
    pieces.map((piece, at) => (at % 2 === 0 ? Buffer.from(piece) : Buffer.of(piece.charCodeAt(0) - ofByte))),
  );
}

/** For people: a byte that is not UTF-8 is most often Latin-1. */
export function shownName(name: string): string {
  return name.replace(/[\uf780-\uf7ff]/g, byte => String.fromCharCode(byte.charCodeAt(0) - ofByte));
}
