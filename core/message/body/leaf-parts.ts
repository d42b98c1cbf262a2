// Decides which parts of a message are its text, and which are files: for the mail list, the reader and the composer.
import { decodeBytes } from '../encodings/charset.ts';
import { decodeTransfer } from '../encodings/transfer.ts';
import { takeUuFiles, type UuFile } from '../encodings/uuencode.ts';
import { decodeFlowed } from './decode-flowed.ts';
import type { Part, Structure } from './structure.ts';

/** A part with text. */
export interface TextLeaf {
  readonly part: Part;
  readonly html: boolean;
}

/** Alternative forms of one text. */
export interface Body {
  readonly plain: readonly TextLeaf[];
  readonly html: readonly TextLeaf[];
}

export interface Leaves {
  readonly bodies: readonly Body[];
  readonly files: readonly Part[];
  /** The charset of the message's own text, for parts without a label; `''`: unknown. */
  readonly charset: string;
}

/** All parts that are not divided further, in order. */
export function leavesOf({ root }: Pick<Structure, 'root'>): Leaves {
  const bodies = new Map<Part, { plain: TextLeaf[]; html: TextLeaf[] }>();
  const files: Part[] = [];
  const add = (part: Part, html: boolean) => {
    const group = alternativeAbove(part) ?? part;
    const body = bodies.get(group) ?? { plain: [], html: [] };
    bodies.set(group, body);
    body[html ? 'html' : 'plain'].push({ part, html });
  };
  let first = true;
  for (const part of undivided(root)) {
    const role = roleOf(part, first);
    first = false;
    if (role.text) add(part, role.text === 'html');
    if (role.isFile) files.push(part);
  }
  // A message without any other text.
  const spoken = bodies.size === 0 ? files.find(isReadable) : undefined;
  if (spoken) add(spoken, spoken.kind === 'text/html');
  const label = [...bodies.values()].flatMap(({ plain, html }) => [...plain, ...html])[0]?.part ?? root;
  return { bodies: [...bodies.values()], files, charset: label.type.parameter('charset') ?? '' };
}

function* undivided(part: Part): Generator<Part> {
  if (part.children.length === 0) yield part;
  else for (const child of part.children) yield* undivided(child);
}

function alternativeAbove(part: Part): Part | undefined {
  let found: Part | undefined;
  for (let above = part.parent; above; above = above.parent) {
    if (above.kind === 'multipart/alternative') found ??= above;
  }
  return found;
}

/** Whether a part is shown as text, and whether it can be saved. A text with a file name is a file, unless it is the only text. */
function roleOf(part: Part, isFirst: boolean): { text?: 'plain' | 'html'; isFile: boolean } {
  const { kind, disposition, parent } = part;
  if (kind.startsWith('multipart/')) return { text: 'plain', isFile: false };
  if ((kind !== 'text/plain' && kind !== 'text/html') || disposition.value === 'attachment') return { isFile: true };
  const text = kind === 'text/html' ? 'html' : 'plain';
  if (!hasName(part) || parent?.kind === 'multipart/alternative') return { text, isFile: false };
  const isRoot = parent?.kind === 'multipart/related' && parent.children[0] === part;
  return isFirst || isRoot ? { text, isFile: true } : { isFile: true };
}

/** Whether the message gives the part a file name. */
function hasName({ disposition, type }: Part): boolean {
  return (disposition.parameter('filename') ?? type.parameter('name') ?? '') !== '';
}

const notReadable = new Set([
  'text/calendar',
  'text/vcard',
  'text/x-vcard',
  'text/directory',
  'text/css',
  'text/rfc822-headers',
]);

function isReadable({ kind, disposition }: Part): boolean {
  return kind.startsWith('text/') && disposition.value !== 'attachment' && !notReadable.has(kind);
}

/** The remaining limits for all texts of one message together. */
export interface TextAllowance {
  /** Text is split into lines several times on its way to the screen, and each line is an object then. */
  lines: number;
  /** Uuencoded files in the text; further ones remain text. */
  uuFiles: number;
}

export function textAllowance(): TextAllowance {
  return { lines: 450_000, uuFiles: 100 };
}

/** Text and the files that were found in it. */
export interface LeafText {
  readonly text: string;
  readonly files: readonly UuFile[];
}

/**
 * The text of a part, with LF line ends.
 * @param charset of the message @param allowance reduced by what the part contains
 * @param cut how many bytes are enough; default: all
 * @throws Error with a clause if there are too many lines
 */
export function textOf(
  raw: Buffer,
  { part, html }: TextLeaf,
  charset: string,
  allowance: TextAllowance,
  cut?: number,
): LeafText {
  const body = raw.subarray(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + (cut ?? Number.POSITIVE_INFINITY)));
  const bytes = decodeTransfer(body, isEncoded(body, part) ? part.encoding : '');
  // Count lines before decoding, so that a text with too many is not decoded.
  if (countLines(bytes, allowance.lines) > allowance.lines) throw tooManyLines();
  const options = { fallback: charset, html, cut: cut !== undefined };
  const label = part.type.parameter('charset') ?? '';
  if (html) return { text: linesOf(decodeBytes(bytes, label, options), allowance), files: [] };
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const apart = takeUuFiles(latin1, cut !== undefined, allowance.uuFiles);
  allowance.uuFiles -= apart.files.length;
  const rest = apart.files.length > 0 ? Buffer.from(apart.text, 'latin1') : bytes;
  const text = linesOf(decodeBytes(rest, label, options), allowance);
  const isFlowed = part.type.parameter('format')?.toLowerCase() === 'flowed';
  const delSp = part.type.parameter('delsp')?.toLowerCase() === 'yes';
  return { text: isFlowed ? decodeFlowed(text, delSp) : text, files: apart.files };
}

/** Some text is labelled base64 but is not encoded: then it has blanks between words. */
function isEncoded(body: Buffer, { encoding }: Part): boolean {
  if (!encoding.includes('base64')) return true;
  const begin = body.subarray(0, 2000).toString('latin1').trim();
  return begin.split(' ').length * 30 < begin.length || begin.length < 30;
}

/** The text with LF line ends. @throws Error with a clause if there are too many lines */
function linesOf(text: string, allowance: TextAllowance): string {
  for (const end of ['\n', '\r']) {
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) {
      if (end === '\r' && text[at + 1] === '\n') continue;
      if (--allowance.lines < 0) throw tooManyLines();
    }
  }
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function tooManyLines(): Error {
  return new Error('its text has too many lines');
}

/** Stops counting at one more than `most`. */
function countLines(bytes: Uint8Array, most: number): number {
  let found = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && found <= most; at = bytes.indexOf(0x0a, at + 1)) found++;
  return found;
}

/** Whether a named text is the first or only part, not an addition to another text. */
function isWholeText(part: Part): boolean {
  const { kind, disposition, parent } = part;
  if (disposition.value !== '' || (kind !== 'text/plain' && kind !== 'text/html')) return false;
  return parent === undefined || parent.children[0] === part;
}

const notAttached = new Set([
  'application/pgp-signature',
  'application/pgp-encrypted',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'text/rfc822-headers',
]);

/**
 * Whether a person attached the file. A signature, a report for programs, an inline picture, or an invitation beside its text is not
 * an attachment.
 */
export function isAttached(part: Part): boolean {
  const { kind, disposition, header, parent } = part;
  if (notAttached.has(kind)) return false;
  if (disposition.value === 'attachment') return true;
  if (isWholeText(part)) return false;
  if (kind === 'text/calendar' && parent?.kind === 'multipart/alternative') return false;
  return !(parent?.kind === 'multipart/related' && kind.startsWith('image/') && header.first('content-id') !== '');
}
