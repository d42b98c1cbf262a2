// Decides, before a message is sent, which of its parts have to be encoded for a server, and whether that may be done at all.
import type { Encoding } from './encoders.ts';
import { createLineCutter, type LinePiece } from './line-pieces.ts';
import { createPartWalker, isPlain, type PartHeader, type PartVisitor } from './walk-parts.ts';

/** What the message must be like: without 8-bit bytes and long lines, or only without lines of more than 998 bytes. */
export type Target = '7bit' | 'short lines';

/** What is done with each header and what follows it, in their order. */
export interface PartPlan {
  /** Undefined: it stays as it is. */
  readonly encoding: Encoding | undefined;
  /** For text that says nothing of its charset. */
  readonly charset: 'utf-8' | 'unknown-8bit' | undefined;
}

export type Plan =
  | { readonly kind: 'possible'; readonly target: Target; readonly parts: readonly PartPlan[] }
  | { readonly kind: 'impossible'; readonly why: Obstacle };

/**
 * `signed`: what is signed would not be any more; `header`: bytes of a header are not ASCII; `structure`: the parts cannot be told, or
 * one of them may not be encoded.
 */
export type Obstacle = 'signed' | 'header' | 'structure';

/** RFC 5321 section 4.5.3.1.6, without CR LF. */
export const longestLineBytes = 998;

/** A field that vouches for the bytes of the message. */
const signatures: ReadonlySet<string> = new Set(['dkim-signature', 'domainkey-signature', 'arc-message-signature']);

/** Reads the whole message once. @throws Error when it cannot be read */
export async function planReencoding(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  target: Target,
): Promise<Plan> {
  const planner = createPlanner(target);
  const walker = createPartWalker(planner.visitor);
  const cutter = createLineCutter(walker.take);
  for await (const piece of source) {
    cutter.push(piece);
    if (walker.lost) return { kind: 'impossible', why: 'structure' };
  }
  cutter.end();
  walker.end();
  return walker.lost ? { kind: 'impossible', why: 'structure' } : planner.plan();
}

function createPlanner(target: Target): { readonly visitor: PartVisitor; plan(): Plan } {
  const parts: PartPlan[] = [];
  let current: Content | undefined;
  let isSigned = false;
  let obstacle: Obstacle | undefined;

  function note(why: Obstacle): void {
    obstacle ??= why;
  }

  function endPart(): void {
    if (!current) return;
    const { header } = current;
    const encoding = neededEncoding(current, target);
    if (encoding === 'none may be used') note('structure');
    else if (encoding && (isSigned || header.signed)) note('signed');
    const encodes = encoding === 'none may be used' ? undefined : encoding;
    const unsaid = header.type === '' && current.eightBits > 0;
    parts.push({ encoding: encodes, charset: encodes && unsaid ? current.charset() : undefined });
    current = undefined;
  }

  return {
    visitor: {
      header(header) {
        endPart();
        if (parts.length === 0) isSigned = header.fields.some(({ name }) => signatures.has(name));
        const bytes = header.fields.flatMap(({ lines }) => lines);
        if (target === '7bit' && bytes.some(line => line.some(byte => byte > 0x7f))) note('header');
        current = createContent(header);
      },
      line(piece, where) {
        if (where === 'content') current?.add(piece);
      },
      delimiter: endPart,
    },
    plan() {
      endPart();
      return obstacle ? { kind: 'impossible', why: obstacle } : { kind: 'possible', target, parts };
    },
  };
}

interface Content {
  readonly header: PartHeader;
  readonly eightBits: number;
  readonly bytes: number;
  readonly hasLongLine: boolean;
  add(piece: LinePiece): void;
  /** Of text that is not ASCII: what it can only be, or what nobody has said (RFC 1428). */
  charset(): 'utf-8' | 'unknown-8bit';
}

function createContent(header: PartHeader): Content {
  const utf8 = header.type === '' ? createUtf8Check() : undefined;
  let eightBits = 0;
  let bytes = 0;
  let lineBytes = 0;
  let hasLongLine = false;
  return {
    header,
    get eightBits() {
      return eightBits;
    },
    get bytes() {
      return bytes;
    },
    get hasLongLine() {
      return hasLongLine;
    },
    add({ raw, ends }) {
      for (const byte of raw) if (byte > 0x7f) eightBits++;
      bytes += raw.length + 1;
      lineBytes += raw.length;
      if (lineBytes > longestLineBytes) hasLongLine = true;
      if (ends) lineBytes = 0;
      utf8?.add(raw);
    },
    charset: () => (utf8?.holds() ? 'utf-8' : 'unknown-8bit'),
  };
}

/** Line ends are left out: no character has one within it. */
function createUtf8Check(): { add(raw: Uint8Array): void; holds(): boolean } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let valid = true;
  function decode(raw: Uint8Array, stream: boolean): void {
    try {
      if (valid) decoder.decode(raw, { stream });
    } catch {
      valid = false;
    }
  }
  return {
    add: raw => decode(raw, true),
    holds() {
      decode(new Uint8Array(), false);
      return valid;
    },
  };
}

function neededEncoding(content: Content, target: Target): Encoding | 'none may be used' | undefined {
  const { header, hasLongLine, eightBits } = content;
  const has8Bit = target === '7bit' && eightBits > 0;
  if (header.holds !== 'content' || !(hasLongLine || has8Bit)) return undefined;
  if (header.encoding === 'base64') return 'base64 wrapped';
  if (header.encoding === 'quoted-printable') return 'quoted-printable wrapped';
  // Other messages may not be encoded (RFC 2045 section 6.4), and unknown encodings mean something to someone.
  if (!isPlain(header.encoding) || header.type.startsWith('message/')) return has8Bit ? 'none may be used' : undefined;
  const isText = header.type === '' || header.type.startsWith('text/');
  // The shorter one: an escape takes two bytes more, base64 a third of all.
  return isText && eightBits * 6 <= content.bytes ? 'quoted-printable' : 'base64';
}
