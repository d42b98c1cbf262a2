// Parses and unfolds the header of a message or of a part. Errors are reported, and the fields are used anyway.

export interface Header {
  /** The first field of that name (lower case), a byte string, unfolded and not decoded; `''` if there is none. */
  first(name: string): string;
  /** The names of all fields, in lower case. */
  names(): readonly string[];
  /** All fields of that name. */
  all(name: string): readonly string[];
  /** The position of the body. */
  readonly bodyStart: number;
  readonly lines: number;
  /** The body begins without an empty line before it. */
  readonly unended: boolean;
}

interface HeaderLimits {
  /** The end of the bytes to parse. */
  readonly end?: number;
  readonly maxBytes?: number;
  /** Whether a line is a delimiter between parts, which ends the header. */
  readonly isDelimiter?: (lineStart: number, lineEnd: number) => boolean;
}

// Fields beyond this size are ignored.
const maxHeaderBytes = 256 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/** Well-known fields: if one follows a broken line, the header continues. */
const wellKnown =
  /^(?:from|to|cc|subject|date|message-id|reply-to|mime-version|content-[a-z-]+|received|return-path|references|in-reply-to) *:/i;

/**
 * Parses the header at `start`. The first line that is not a field ends it, unless a well-known field follows directly; mbox lines
 * before it are skipped. Never throws.
 */
export function parseHeader(raw: Buffer, start = 0, limits: HeaderLimits = {}): Header {
  const { end = raw.length, maxBytes = maxHeaderBytes, isDelimiter = () => false } = limits;
  const fields = new Map<string, string[]>();
  let pieces: string[] | undefined;
  const open: { name: string; pieces: string[] }[] = [];
  let at = start;
  let lines = 0;
  let unended = false;
  /** The previous line contains only blanks: some programs end a header like this. */
  let blankBefore = false;
  if (start === 0 && raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) at = 3;
  while (at < end) {
    const found = raw.indexOf(LF, at);
    const next = found < 0 || found >= end ? end : found + 1;
    let stop = found < 0 || found >= end ? end : found;
    if (stop > at && raw[stop - 1] === CR) stop--;
    if (stop === at) {
      at = next;
      break;
    }
    if (isDelimiter(at, stop)) break;
    lines++;
    const kept = next - start <= maxBytes;
    const line = kept ? raw.toString('latin1', at, stop) : '';
    const isFolded = raw[at] === 0x20 || raw[at] === 0x09;
    const name = kept ? nameOf(line) : undefined;
    if (isFolded && open.length > 0) pieces?.push(line);
    else if (name !== undefined) {
      pieces = [line.slice(line.indexOf(':') + 1)];
      open.push({ name, pieces });
    } else if (kept) {
      const isBroken =
        open.length > 0 && !blankBefore && !line.startsWith('--') && wellKnown.test(startOf(raw, next, end));
      const goesOn = isBroken || (open.length === 0 && isMboxLine.test(line));
      if (!goesOn) {
        unended = true;
        break;
      }
      pieces = undefined;
    }
    blankBefore = isFolded && line.trim() === '';
    at = next;
  }
  for (const each of open) {
    const values = fields.get(each.name) ?? [];
    values.push(each.pieces.join('').trim());
    fields.set(each.name, values);
  }
  return {
    first: name => fields.get(name)?.[0] ?? '',
    names: () => [...fields.keys()],
    all: name => fields.get(name) ?? [],
    bodyStart: at,
    lines,
    unended,
  };
}

function nameOf(line: string): string | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
  return /^[\x21-\x39\x3b-\x7e]+$/.test(name) ? name : undefined;
}

/** The line before a message in an mbox. */
const isMboxLine = /^>?From /;

/** Enough of a line for a field name. */
function startOf(raw: Buffer, at: number, end: number): string {
  return raw.toString('latin1', at, Math.min(end, at + 80));
}
