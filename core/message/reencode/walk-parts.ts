// Walks through the parts of a message (RFC 2046) while its bytes come by, however large it is, and says where each header and each
// delimiter is. Mail that is to be changed must be understood: what others could read in another way ends the walk.
import { parseStructured } from '../header/structured.ts';
import type { LinePiece } from './line-pieces.ts';

/** A field of a header: its name in lower case, and its lines without their ends. */
export interface FieldLines {
  readonly name: string;
  readonly lines: Buffer[];
}

/** A header that is complete. */
export interface PartHeader {
  readonly fields: readonly FieldLines[];
  /** What follows it: content, parts, or a message in the message. */
  readonly holds: 'content' | 'parts' | 'message';
  /** In lower case; `''` if there is no field. */
  readonly type: string;
  /** The transfer encoding in lower case; `''` if there is none. */
  readonly encoding: string;
  /** It belongs to something that a multipart/signed vouches for. */
  readonly signed: boolean;
  /** An empty line follows. */
  readonly ended: boolean;
}

/** What is found. */
export interface PartVisitor {
  header(header: PartHeader): void;
  /** Of the content of the last header, or of what stands before the first part and after the last one, where nobody looks. */
  line(piece: LinePiece, where: 'content' | 'around'): void;
  delimiter(line: Buffer): void;
}

export interface PartWalker {
  take(piece: LinePiece): void;
  end(): void;
  /** The message cannot be understood, or has too many parts: what was found is of no use. */
  readonly lost: boolean;
}

const maxParts = 10_000;
const maxDepth = 40;
const maxHeaderBytes = 256 * 1024;
const maxBoundaryLength = 200;
const longestDelimiter = 1000;

/** Encodings of what is not encoded (RFC 2045 section 6.2). */
const plainEncodings: ReadonlySet<string> = new Set(['', '7bit', '8bit', 'binary']);

export function isPlain(encoding: string): boolean {
  return plainEncodings.has(encoding);
}

interface Open {
  readonly delimiter: string;
  readonly signed: boolean;
  readonly digest: boolean;
  /** How many messages it is in. */
  readonly nested: number;
}

export function createPartWalker(visitor: PartVisitor): PartWalker {
  const open: Open[] = [];
  let place: 'header' | 'content' | 'around' = 'header';
  let fields: FieldLines[] = [];
  let unfinished: Buffer[] = [];
  let headerBytes = 0;
  let parts = 0;
  let nested = 0;
  let lost = false;

  /** The multipart whose delimiter this line is, and whether it is the last one. */
  function delimiterIn({ raw, starts }: LinePiece): { at: number; closes: boolean } | undefined {
    if (open.length === 0 || !starts || raw[0] !== 0x2d || raw[1] !== 0x2d) return undefined;
    if (raw.length > longestDelimiter) return undefined;
    const line = withoutBlanks(raw);
    for (let at = open.length - 1; at >= 0; at--) {
      const { delimiter } = open[at] as Open;
      if (line === delimiter) return { at, closes: false };
      if (line === `${delimiter}--`) return { at, closes: true };
    }
    return undefined;
  }

  function takeDelimiter(raw: Buffer, { at, closes }: { at: number; closes: boolean }): void {
    if (place === 'header') endHeader(false);
    visitor.delimiter(raw);
    nested = (open[at] as Open).nested;
    open.length = closes ? at : at + 1;
    place = closes ? 'around' : 'header';
  }

  function headerLine(raw: Buffer): void {
    const first = raw[0];
    const last = fields.at(-1);
    if (last && (first === 0x20 || first === 0x09)) last.lines.push(raw);
    else {
      const name = nameIn(raw);
      if (name === undefined) lost = true;
      else fields.push({ name, lines: [raw] });
    }
  }

  function endHeader(ended: boolean): void {
    const inside = open.at(-1);
    const type = parseStructured(valueIn(fields, 'content-type') ?? '');
    const value = type.value === '' && inside?.digest ? 'message/rfc822' : type.value;
    const encoding = valueIn(fields, 'content-transfer-encoding')?.trim().toLowerCase() ?? '';
    const signed = inside?.signed ?? false;
    const holds = whatFollows(value, encoding);
    if (++parts > maxParts || nested + open.length > maxDepth) lost = true;
    if (holds === 'parts') {
      const boundary = type.parameter('boundary') ?? '';
      // Without it there are no parts; with an encoding of its own their delimiters cannot be seen.
      if (boundary === '' || boundary.length > maxBoundaryLength || !isPlain(encoding)) lost = true;
      open.push({
        delimiter: withoutBlanks(Buffer.from(`--${boundary}`, 'latin1')),
        signed: signed || value === 'multipart/signed',
        digest: value === 'multipart/digest',
        nested,
      });
    }
    visitor.header({ fields, holds, type: value, encoding, signed, ended });
    fields = [];
    headerBytes = 0;
    place = holds === 'parts' ? 'around' : holds === 'message' ? 'header' : 'content';
    if (holds === 'message') nested++;
  }

  function inHeader({ raw, ends }: LinePiece): void {
    headerBytes += raw.length + 1;
    if (headerBytes > maxHeaderBytes) lost = true;
    if (raw.length > 0) unfinished.push(raw);
    if (!ends || lost) return;
    const line = unfinished.length === 1 ? (unfinished[0] as Buffer) : Buffer.concat(unfinished);
    unfinished = [];
    if (line.length === 0) endHeader(true);
    else headerLine(line);
  }

  return {
    take(piece) {
      if (lost) return;
      const delimiter = delimiterIn(piece);
      if (delimiter) takeDelimiter(piece.raw, delimiter);
      else if (place === 'header') inHeader(piece);
      else visitor.line(piece, place);
    },
    end() {
      if (lost) return;
      if (unfinished.length > 0) headerLine(Buffer.concat(unfinished));
      if (place === 'header') endHeader(false);
    },
    get lost() {
      return lost;
    },
  };
}

function whatFollows(type: string, encoding: string): PartHeader['holds'] {
  if (type.startsWith('multipart/')) return 'parts';
  const isMessage = type === 'message/rfc822' || type === 'message/global' || type === 'message/news';
  return isMessage && isPlain(encoding) ? 'message' : 'content';
}

/** The value of the first field of that name, unfolded; a byte string. */
function valueIn(fields: readonly FieldLines[], name: string): string | undefined {
  const lines = fields.find(field => field.name === name)?.lines;
  if (!lines) return undefined;
  const whole = lines.map(line => line.toString('latin1')).join('');
  return whole.slice(whole.indexOf(':') + 1);
}

function nameIn(line: Buffer): string | undefined {
  const colon = line.indexOf(0x3a);
  const name = line.toString('latin1', 0, Math.max(colon, 0));
  return /^[!-9;-~]+$/.test(name) ? name.toLowerCase() : undefined;
}

/** Blanks after a delimiter do not count (RFC 2046 section 5.1.1). */
function withoutBlanks(raw: Buffer): string {
  let end = raw.length;
  while (end > 0 && (raw[end - 1] === 0x20 || raw[end - 1] === 0x09)) end--;
  return raw.toString('latin1', 0, end);
}
