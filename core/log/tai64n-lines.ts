// Lines with TAI64N stamps: written (tai64n) and read (tai64nlocal). Both work on pieces of any size and keep bytes as they
// are.
import { formatTai64n, localTimeOfStamp } from '../lib/text/tai64n.ts';

/** Puts a stamp before the first byte of every line. */
export function tai64nLines(nowMs: () => number): (piece: Uint8Array) => string {
  let atLineStart = true;
  return piece => {
    let out = '';
    for (const line of linesIn(piece)) {
      out += atLineStart ? `${formatTai64n(nowMs())} ${line}` : line;
      atLineStart = line.endsWith('\n');
    }
    return out;
  };
}

/** Replaces `@` and the hex digits after it, at the start of a line, by `YYYY-MM-DD hh:mm:ss.nnnnnnnnn`. */
export function localTimeLines(): (piece: Uint8Array) => string {
  let atLineStart = true;
  /** A stamp that may continue in the next piece. */
  let held = '';
  return piece => {
    let out = '';
    for (const part of linesIn(piece)) {
      const line = held + part;
      const [stamp = ''] = atLineStart ? (/^@[0-9a-f]*/.exec(line) ?? []) : [];
      held = '';
      if (stamp !== '' && stamp === line) held = line;
      else {
        out += stamp === '' ? line : `${localTimeOfStamp(stamp)}${line.slice(stamp.length)}`;
        atLineStart = line.endsWith('\n');
      }
    }
    return out;
  };
}

/** Byte strings that end in LF, except the last one. */
function linesIn(piece: Uint8Array): string[] {
  return (
    Buffer.from(piece)
      .toString('latin1')
      .match(/[^\n]*\n|[^\n]+/g) ?? []
  );
}
