// Mailing lists for fastforward: converts lines of text to the binary format (setmaillist) and back (printmaillist). An entry is
// `&address`, `./file` or `/file`, followed by a NUL.
import { UserError } from '../../lib/user-error.ts';
import { longestAddressBytes } from './forwarding-table.ts';

/**
 * The entries of a list of lines (a byte string).
 * @throws UserError (exit code 111) when a line cannot be one
 */
export function readListLines(text: string): string[] {
  if (text.includes('\0')) throw wrong('NUL in input');
  return text
    .split('\n')
    .map(withoutBlanks)
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => (/^[&./]/.test(line) ? checkedEntry(line) : checkedEntry(`&${line}`)));
}

/** Removes blanks at the end. A regular expression would take quadratic time for a long run of blanks. */
function withoutBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && ' \t'.includes(line.charAt(end - 1))) end--;
  return line.slice(0, end);
}

/**
 * Refuses an entry that a list must not contain.
 * @throws UserError (exit code 111)
 */
export function checkedEntry(entry: string): string {
  const what = entry.startsWith('&') ? 'recipient addresses' : ':include: filenames';
  if (entry.includes('\0')) throw wrong(`NUL not permitted in ${what}`);
  if (entry.includes('\n')) throw wrong(`newlines not permitted in ${what}`);
  if (/[ \t]$/.test(entry)) throw wrong('spaces and tabs not permitted at ends of addresses');
  if (entry.startsWith('&') && entry.length > 1 + longestAddressBytes) {
    throw wrong(`addresses must be under ${longestAddressBytes + 1} bytes`);
  }
  return entry;
}

/** The contents of a list's file. */
export function encodeList(entries: readonly string[]): Buffer {
  return Buffer.from(entries.map(entry => `${entry}\0`).join(''), 'latin1');
}

/**
 * The entries of a list's file.
 * @throws UserError (exit code 100) if it is not a list
 */
export function decodeList(raw: Uint8Array): string[] {
  const text = Buffer.from(raw).toString('latin1');
  const entries = text.split('\0');
  const rest = entries.pop();
  if (rest !== '' || !entries.every(entry => /^[&./]/.test(entry) && !/\n|[ \t]$/.test(entry))) {
    throw new UserError('bad mailing list format', { exitCode: 100 });
  }
  return entries;
}

function wrong(text: string): UserError {
  return new UserError(text, { exitCode: 111 });
}
