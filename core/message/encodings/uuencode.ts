// Uuencoded files in a text, from `begin 644 name` to `end`: older than MIME, but still in use.

/** A file in a text. */
export interface UuFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const begin = /^begin [0-7]{3,4}(?: (.{0,250}))?$/;

/**
 * Extracts the files from a byte string. Only complete ones are extracted; the rest remains text.
 * @param cut whether the text was cut off: its last file may be incomplete
 * @param most maximum number of files; further ones remain text
 */
export function takeUuFiles(text: string, cut: boolean, most: number): { text: string; files: readonly UuFile[] } {
  const files: UuFile[] = [];
  if (!text.includes('begin ')) return { text, files };
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = withoutCr(lines[at] ?? '');
    const start = files.length < most ? begin.exec(line) : null;
    const end = start ? endOfFile(lines, at + 1, cut) : undefined;
    if (!start || end === undefined) {
      kept.push(lines[at] ?? '');
      continue;
    }
    files.push({ name: (start[1] ?? '').trim(), bytes: decodeLines(lines.slice(at + 1, end)) });
    at = end;
  }
  return files.length === 0 ? { text, files } : { text: kept.join('\n'), files };
}

/** The decoded bytes of a part that is uuencoded as a whole; undefined if it is not. */
export function decodeUu(raw: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const lines = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1').split('\n');
  const start = lines.findIndex(line => begin.test(withoutCr(line)));
  if (start < 0) return undefined;
  const end = lines.findIndex((line, at) => at > start && !isDataLine(withoutCr(line)));
  return decodeLines(lines.slice(start + 1, end < 0 ? lines.length : end));
}

/** The index of the line `end`; undefined if another line without data comes before it. */
function endOfFile(lines: readonly string[], from: number, cut: boolean): number | undefined {
  let at = from;
  while (at < lines.length && isDataLine(withoutCr(lines[at] ?? ''))) at++;
  if (cut && at > from && at >= lines.length - 1) return lines.length - 1;
  return withoutCr(lines[at] ?? '') === 'end' && at > from ? at : undefined;
}

/** Whether the line is a length followed by data; blanks at its end may have been removed. */
function isDataLine(line: string): boolean {
  if (line === '' || line === 'end' || line.length > 90) return false;
  const length = sextet(line, 0);
  return /^[ -`]+$/.test(line) && length <= 45 && line.length - 1 <= Math.ceil(length / 3) * 4 + 2;
}

function decodeLines(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(lines.length * 63);
  let filled = 0;
  for (const line of lines) {
    const length = sextet(line, 0);
    for (let done = 0, at = 1; done < length; at += 4, done += 3) {
      const [a, b, c, d] = [sextet(line, at), sextet(line, at + 1), sextet(line, at + 2), sextet(line, at + 3)];
      out[filled] = (a << 2) | (b >> 4);
      out[filled + 1] = (b << 4) | (c >> 2);
      out[filled + 2] = (c << 6) | d;
      filled += Math.min(3, length - done);
    }
  }
  return out.slice(0, filled);
}

/** A blank and a backquote both mean 0. */
function sextet(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return code >= 0x20 && code <= 0x60 ? (code - 0x20) & 0x3f : 0;
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
