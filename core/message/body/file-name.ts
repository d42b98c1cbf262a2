// Turns a file name from a message into a name that is safe on every system.
import { trimEndOf } from '../../lib/text/trim-end.ts';

const longestBytes = 200;

/** Names that Windows treats as devices, in any folder and with any extension; it takes `COM¹` for `COM1`. */
const device = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9])$/i;

/**
 * The last part of the path that a message gives: one line without direction overrides and without characters that systems forbid or
 * drop, not hidden, not a device, and of bounded length. The function is idempotent.
 * @returns `''` if nothing is left
 */
export function safeFileName(given: string): string {
  const last = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
  const shown = last
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/\p{Cf}+/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/ {2,}/g, ' ')
    .normalize('NFC')
    .replace(/^[. ]+/, '');
  const name = trimEndOf(shown, '. ');
  return shorten(isDevice(name) ? `_${name}` : name);
}

/** Windows uses the part before the first dot, without blanks at its end. */
function isDevice(name: string): boolean {
  const [stem = ''] = name.split('.', 1);
  return device.test(trimEndOf(stem, ' ').normalize('NFKC'));
}

/** Keeps the extension, which tells the type of the file. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= longestBytes) return name;
  const dot = name.lastIndexOf('.');
  const ending = name.length - dot <= 21 ? name.slice(dot) : '';
  let room = longestBytes - Buffer.byteLength(ending);
  let stem = '';
  for (const letter of name) {
    room -= Buffer.byteLength(letter);
    if (room < 0) break;
    stem += letter;
  }
  return trimEndOf(stem, '. ') + ending;
}

/** The name under which a part is saved: its own, made safe, or one for its type. @param index counts from 0 */
export function partFileName(given: string, type: string, index: number): string {
  return safeFileName(given) || defaultNames.get(type)?.(index + 1) || `part-${index + 1}${endingFor(type)}`;
}

const defaultNames = new Map<string, (number: number) => string>([
  ['message/rfc822', number => `message-${number}.eml`],
  ['message/global', number => `message-${number}.eml`],
  ['text/calendar', number => `invitation-${number}.ics`],
  ['application/ics', number => `invitation-${number}.ics`],
  ['message/delivery-status', number => `delivery-status-${number}.txt`],
  ['text/rfc822-headers', number => `headers-${number}.txt`],
  ['application/pgp-signature', () => 'signature.asc'],
  ['application/pkcs7-signature', () => 'smime.p7s'],
  ['application/x-pkcs7-signature', () => 'smime.p7s'],
]);

function endingFor(type: string): string {
  const subtype = /^(?:image|video|audio|text|application)\/(?:x-)?([a-z0-9]{2,5})$/.exec(type)?.[1];
  const ending = subtype === 'plain' ? 'txt' : subtype;
  return ending ? `.${ending}` : '';
}
