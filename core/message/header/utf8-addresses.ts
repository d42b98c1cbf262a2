// Finds addresses with other letters than ASCII in a header: only SMTPUTF8 can carry them (RFC 6531), while 8-bit letters in names and
// subjects, which many programs write, pass most servers as they are.
import { isUtf8 } from 'node:buffer';

const addressFields = /^(?:from|sender|reply-to|to|cc|bcc)[ \t]*:/i;

/** @param start the message from its first byte on; fields after the end of it are not seen */
export function hasUtf8Address(start: Uint8Array): boolean {
  let inAddresses = false;
  for (const line of headerLines(Buffer.from(start.buffer, start.byteOffset, start.byteLength))) {
    const text = line.toString('latin1');
    if (!/^[ \t]/.test(text)) inAddresses = addressFields.test(text);
    if (inAddresses && isUtf8(line) && wordsOf(text).some(word => word.includes('@') && /[\x80-\xff]/.test(word)))
      return true;
  }
  return false;
}

function* headerLines(raw: Buffer): Generator<Buffer> {
  for (let at = 0; at < raw.length; ) {
    const found = raw.indexOf(0x0a, at);
    const end = found < 0 ? raw.length : found;
    const line = raw.subarray(at, raw[end - 1] === 0x0d ? end - 1 : end);
    if (line.length === 0) return;
    yield line;
    at = end + 1;
  }
}

/** What stands between blanks and the special characters of an address field; quoted texts and comments are left out. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  let comments = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === '\\') at++;
    else if (letter === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (letter === '(') comments++;
    else if (letter === ')' && comments > 0) comments--;
    else if (comments > 0) continue;
    else if (' \t,;:<>'.includes(letter)) {
      words.push(word);
      word = '';
    } else word += letter;
  }
  return [...words, word];
}
