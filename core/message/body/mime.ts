// Parses a message within limits of size, number and time: the one parser for reading, replying, forwarding and drafts.

import { decodeTransfer } from '../encodings/transfer.ts';
import type { UuFile } from '../encodings/uuencode.ts';
import type { Header } from '../header/parse-header.ts';
import { type Body, isAttached, leavesOf, type TextAllowance, textAllowance, textOf } from './leaf-parts.ts';
import { findParts, type Part } from './structure.ts';

/** A part that can be saved. */
export interface MimeFile {
  /** As given in the message, not yet a safe file name. `''`: none. */
  readonly name: string;
  readonly type: string;
  /** The parameters of its type that are needed to read it; `''`: none. */
  readonly charset: string;
  readonly method: string;
  /** Without angle brackets; `''`: none. */
  readonly contentId: string;
  /** A person attached it. */
  readonly attached: boolean;
  readonly bytes: Uint8Array;
}

/** One text in its alternative forms, with LF line ends. */
export interface TextForms {
  readonly plain: string | undefined;
  readonly html: string | undefined;
}

/** A parsed message, or the reason why it cannot be parsed. */
export type TakenApart = {
  readonly header: Header;
  /** The message's charset, for raw bytes in its header; `''`: unknown. */
  readonly charset: string;
} & (
  | {
      readonly ok: true;
      readonly texts: readonly TextForms[];
      readonly files: readonly MimeFile[];
      /** Errors in the message, as sentences. */
      readonly faults: readonly string[];
    }
  | { readonly ok: false; readonly problem: string }
);

const maxNameLength = 1000;
/** With its line ends and dashes: a boundary has 70 characters at most (RFC 2046 section 5.1.1). */
const longestDelimiter = 80;

/**
 * Never throws. Nested messages are files and are not parsed.
 * @param isCut these are only the first bytes of the message: a file that is cut off at the end is left out
 */
export function takeApart(raw: Buffer, isCut = false): TakenApart {
  const { root, faults, problem } = findParts(raw);
  const { bodies, files: parts, charset } = leavesOf({ root });
  const { header } = root;
  if (problem !== undefined) return { ok: false, problem, header, charset };
  const files: MimeFile[] = [];
  try {
    const allowance = textAllowance();
    const texts = bodies.map(body => formsOf(raw, body, charset, allowance, files));
    for (const part of parts) if (!(isCut && reachesEnd(part, raw))) files.push(fileOf(raw, part, charset));
    return { ok: true, texts, files, faults, header, charset };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error), header, charset };
  }
}

/** Whether no delimiter follows the part, except possibly one that is cut off. */
function reachesEnd({ bodyEnd }: Part, raw: Buffer): boolean {
  return bodyEnd >= raw.length - longestDelimiter;
}

/** @param files gets the uuencoded files in the text */
function formsOf(
  raw: Buffer,
  { plain, html }: Body,
  charset: string,
  allowance: TextAllowance,
  files: MimeFile[],
): TextForms {
  const read = (leaves: Body['plain']) => {
    const texts = leaves.map(leaf => textOf(raw, leaf, charset, allowance));
    for (const each of texts) for (const file of each.files) files.push(uuFile(file));
    return texts.length === 0 ? undefined : texts.map(({ text }) => text).join('\n');
  };
  return { plain: read(plain), html: read(html) };
}

function uuFile({ name, bytes }: UuFile): MimeFile {
  const none = { charset: '', method: '', contentId: '' };
  return {
    ...none,
    name: Buffer.from(name, 'latin1').toString(),
    type: 'application/octet-stream',
    attached: true,
    bytes,
  };
}

function fileOf(raw: Buffer, part: Part, charset: string): MimeFile {
  const { kind, type, disposition, header, encoding } = part;
  return {
    name: (disposition.text('filename', charset) ?? type.text('name', charset) ?? '').slice(0, maxNameLength),
    type: kind,
    charset: type.parameter('charset') ?? '',
    method: type.parameter('method') ?? '',
    contentId: header.first('content-id').replace(/^<|>$/g, ''),
    attached: isAttached(part),
    bytes: decodeTransfer(raw.subarray(part.bodyStart, part.bodyEnd), encoding),
  };
}
