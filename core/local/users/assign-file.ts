// Converts users/assign to the records of users/cdb, as qmail-newu does. `=local:user:uid:gid:home:dash:ext:` becomes the record
// `!local` NUL, `+loc:user:uid:gid:home:dash:pre:` the record `!loc`; the record with the empty key contains the last bytes of all `+`
// prefixes, so that a lookup tries only prefixes that may exist.
import type { CdbRecord } from '../../lib/disk/cdb.ts';
import { lowerAscii } from '../../message/address.ts';

/** `bad format in users/assign`, with the line number. */
export class AssignFormatError extends Error {
  /** From 1; undefined: the end of the file. */
  readonly line: number | undefined;

  constructor(line: number | undefined, what: string) {
    super(what);
    this.line = line;
  }
}

/** Fields are not validated. @throws AssignFormatError where qmail-newu refuses the file */
export function parseAssign(text: string): CdbRecord[] {
  const records: CdbRecord[] = [];
  let wild = '';
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('.')) return [...records, record('', wild)];
    if (index === lines.length - 1) break;
    const { isPrefix, key, data, lastByte } = parseLine(line, index + 1);
    if (isPrefix && !wild.includes(lastByte)) wild += lastByte;
    records.push(record(key, data));
  }
  throw new AssignFormatError(undefined, 'it must end with a line that holds a dot');
}

function parseLine(line: string, number: number) {
  if (line.includes('\0')) throw new AssignFormatError(number, 'the line holds a NUL');
  const colon = line.indexOf(':');
  if (colon < 0) throw new AssignFormatError(number, 'the line has no colon');
  if (colon === 0) throw new AssignFormatError(number, 'the line begins with a colon');
  const fields = line.slice(colon + 1).split(':');
  if (fields.length < 7) throw new AssignFormatError(number, 'the line has fewer than seven colons');
  const isPrefix = line.startsWith('+');
  const address = line.slice(1, colon);
  const key = `!${lowerAscii(address)}${isPrefix ? '' : '\0'}`;
  return { isPrefix, key, data: fields.slice(0, 6).join('\0'), lastByte: address.slice(-1) };
}

function record(key: string, data: string): CdbRecord {
  return { key: Buffer.from(key, 'latin1'), data: Buffer.from(data, 'latin1') };
}
