// Finds the parts of a message (RFC 2046) for the mail list, the reader and the composer. Every line is examined once, whatever the
// message contains; errors in the message are reported, and its parts are found anyway.
import { type Header, parseHeader } from '../header/parse-header.ts';
import { parseStructured, type Structured } from '../header/structured.ts';

export interface Part {
  readonly header: Header;
  /** `text/plain` if there is none, or it is invalid. */
  readonly kind: string;
  readonly type: Structured;
  readonly disposition: Structured;
  /** In lower case. */
  readonly encoding: string;
  readonly parent: Part | undefined;
  /** The parts of a multipart; empty for a part with content. */
  readonly children: Part[];
  /** The position of its body in the message; the line end before a delimiter does not belong to it. */
  readonly bodyStart: number;
  bodyEnd: number;
}

export interface Structure {
  readonly root: Part;
  /** Errors in the message, as sentences. */
  readonly faults: readonly string[];
  /** Why the walk stopped before the end of the message, as a clause. */
  readonly problem: string | undefined;
}

// Every part needs a kilobyte or two of memory, but may take only five bytes in a message.
const maxParts = 20_000;
/** Of all parts together. */
const maxHeaderBytes = 512 * 1024;
const maxHeaderLines = 20_000;
const maxDepth = 40;
/** RFC 2046 allows 70. */
const maxBoundaryLength = 8000;
/** How much of a line is examined. */
const maxLine = maxBoundaryLength + 100;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/** Never throws. */
export function findParts(raw: Buffer): Structure {
  const walker = new Walker(raw);
  const root = walker.walk();
  return { root, faults: [...walker.faults], problem: walker.problem };
}

interface Open {
  readonly part: Part;
  readonly boundary: string;
}

class Walker {
  readonly faults = new Set<string>();
  problem: string | undefined;
  readonly #raw: Buffer;
  #headerBytes = 0;
  #headerLines = 0;
  #delimiterLines = 0;

  constructor(raw: Buffer) {
    this.#raw = raw;
  }

  walk(): Part {
    const open: Open[] = [];
    const root = this.#readPart(0, this.#raw.length, undefined, open);
    this.#walkBody(root, open, this.#raw.length);
    return root;
  }

  /** Finds the parts in the body of `root`, a multipart whose boundary is the first of `open`. */
  #walkBody(root: Part, open: Open[], end: number): void {
    const base = open.length > 0 ? depthOf(root) : 0;
    let current: Part | undefined = root;
    const multiparts = open.map(({ part }) => part);
    let at = root.bodyStart;
    while (open.length > 0 && this.problem === undefined) {
      const line = this.#nextDashes(at, end);
      if (line === undefined) break;
      at = line.next;
      if (++this.#delimiterLines > maxParts) this.problem = 'it has too many parts';
      const found = matching(
        open,
        this.#raw.toString('latin1', line.start + 2, Math.min(line.end, line.start + maxLine)),
      );
      if (!found) continue;
      const partEnd = Math.max(current?.bodyStart ?? 0, beforeLineEnd(this.#raw, line.start));
      if (current) current.bodyEnd = partEnd;
      for (const { part } of open.splice(found.level + 1)) part.bodyEnd = partEnd;
      current = undefined;
      if (found.isEnd) {
        for (const { part } of open.splice(found.level)) part.bodyEnd = line.start;
        continue;
      }
      const parent = (open[found.level] as Open).part;
      const before = open.length;
      const part = this.#readPart(line.next, end, parent, open);
      parent.children.push(part);
      current = part;
      at = part.bodyStart;
      if (open.length === before) continue;
      multiparts.push(part);
      if (base + open.length > maxDepth) this.problem = 'its parts are nested too deeply';
    }
    if (this.problem !== undefined) return;
    for (const part of multiparts) if (part.children.length === 0) this.#divideAnyway(part);
  }

  /** Reads the header of a part; a multipart is added to the open ones. */
  #readPart(start: number, end: number, parent: Part | undefined, open: Open[]): Part {
    const header = parseHeader(this.#raw, start, {
      end,
      isDelimiter: (from, to) =>
        this.#raw[from] === DASH &&
        this.#raw[from + 1] === DASH &&
        matching(open, this.#raw.toString('latin1', from + 2, Math.min(to, from + maxLine))) !== undefined,
    });
    this.#headerBytes += header.bodyStart - start;
    this.#headerLines += header.lines;
    if (this.#headerBytes > maxHeaderBytes) this.problem = 'its header is too long';
    if (this.#headerLines > maxHeaderLines) this.problem = 'its header has too many lines';
    if (header.unended) this.faults.add(unendedFault);
    const type = parseStructured(header.first('content-type'));
    const part: Part = {
      header,
      kind: kindOf(type.value, parent),
      type,
      disposition: parseStructured(header.first('content-disposition')),
      encoding: header.first('content-transfer-encoding').toLowerCase(),
      parent,
      children: [],
      bodyStart: header.bodyStart,
      bodyEnd: end,
    };
    if (!part.kind.startsWith('multipart/')) return part;
    const boundary = type.parameter('boundary')?.trimEnd() ?? '';
    open.push({ part, boundary: boundary.length > maxBoundaryLength ? '' : boundary });
    return part;
  }

  /** Handles a multipart without parts, which may be divided by other lines than its boundary. */
  #divideAnyway(part: Part): void {
    const said = part.type.parameter('boundary') ?? '';
    const found = this.#likelyBoundary(part);
    if (found === undefined) {
      this.faults.add(said === '' ? noBoundaryFault : undividedFault(said));
      return;
    }
    this.faults.add(dividedFault(said, found));
    this.#walkBody(part, [{ part, boundary: found }], part.bodyEnd);
  }

  /** The boundary in the first line that begins with `--` and is followed by a header or an empty line. */
  #likelyBoundary(part: Part): string | undefined {
    for (let at = part.bodyStart, tries = 0; tries < maxGuesses; tries++) {
      const line = this.#nextDashes(at, part.bodyEnd);
      if (line === undefined) return undefined;
      const boundary = this.#raw.toString('latin1', line.start + 2, Math.min(line.end, line.start + maxLine)).trimEnd();
      const behind = this.#raw.toString('latin1', line.next, Math.min(part.bodyEnd, line.next + 80));
      const fits = boundary !== '' && boundary.length <= maxBoundaryLength && !boundary.endsWith('--');
      if (fits && /^(?:\r?\n|content-[a-z-]+ *:)/i.test(behind)) return boundary;
      at = line.next;
    }
    return undefined;
  }

  /** The next line that begins with `--`. */
  #nextDashes(from: number, end: number): { start: number; end: number; next: number } | undefined {
    const isHere =
      this.#raw[from] === DASH && this.#raw[from + 1] === DASH && (from === 0 || this.#raw[from - 1] === LF);
    const found = isHere ? from : this.#raw.indexOf('\n--', from) + 1;
    if (found <= 0 && !isHere) return undefined;
    if (found >= end) return undefined;
    const lf = this.#raw.indexOf(LF, found);
    const next = lf < 0 || lf >= end ? end : lf + 1;
    return { start: found, end: lf < 0 || lf >= end ? end : lf, next };
  }
}

const maxGuesses = 20;

const unendedFault =
  'A header of this message does not end with an empty line: its text is taken to begin at the first line that is no field.';
const noBoundaryFault = 'This message does not say what divides its parts: they are shown as one text.';

function undividedFault(said: string): string {
  return `The parts of this message are to be divided by lines “--${shown(said)}”, but there is none: they are shown as one text.`;
}

function dividedFault(said: string, found: string): string {
  if (said === '')
    return `This message does not say what divides its parts: lines “--${shown(found)}” are taken for that.`;
  return `The parts of this message are to be divided by lines “--${shown(said)}”, but there is none: lines “--${shown(found)}” are taken for that.`;
}

function shown(boundary: string): string {
  return boundary.slice(0, 70).replace(/[^\x20-\x7e]/g, '?');
}

/** The innermost level that a delimiter line divides or ends. @param line the text after `--` */
function matching(open: readonly Open[], line: string): { level: number; isEnd: boolean } | undefined {
  const said = line.trimEnd();
  const ends = said.endsWith('--') ? said.slice(0, -2) : undefined;
  for (let level = open.length - 1; level >= 0; level--) {
    const { boundary } = open[level] as Open;
    if (boundary === '') continue;
    if (boundary === said) return { level, isEnd: false };
    if (boundary === ends) return { level, isEnd: true };
  }
  return undefined;
}

function beforeLineEnd(raw: Buffer, lineStart: number): number {
  const lf = lineStart > 0 && raw[lineStart - 1] === LF ? lineStart - 1 : lineStart;
  return lf > 0 && lf < lineStart && raw[lf - 1] === CR ? lf - 1 : lf;
}

function depthOf(part: Part): number {
  let depth = 0;
  for (let above = part.parent; above; above = above.parent) depth++;
  return depth;
}

function kindOf(type: string, parent: Part | undefined): string {
  if (/^[^\s/()<>@,;:\\"[\]?=]+\/[^\s/()<>@,;:\\"[\]?=]+$/.test(type)) return type;
  // `text/plain charset=utf-8`, `text/html, boundary=…`
  const start = /^([\w.+-]+\/[\w.+-]+)[\s,]/.exec(type)?.[1];
  if (start !== undefined) return start;
  return type === '' && parent?.kind === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
}
