// A message's parts for the reader: its text, its HTML, and its files under names that are fit for a directory.
import type { Pace } from '../lib/pace.ts';
import { safeFileName } from '../message/file-name.ts';
import { type MimeFile, takeApart } from '../message/mime.ts';

export interface MimePart {
  /** Fit for a directory of any system. */
  readonly name: string;
  readonly type: string;
  /** Without angle brackets; `''` when there is none. */
  readonly contentId: string;
  readonly bytes: Uint8Array;
}

export interface Mime {
  readonly text: string;
  readonly html: string;
  /** Everything that is not text to read, numbered by its place in this list. */
  readonly parts: readonly MimePart[];
  /** Why there is nothing; undefined when all went well. */
  readonly problem?: string;
}

/** Never throws. Nested messages are parts like other files: they are not taken apart themselves. */
export async function parseMime(raw: Buffer, pace: Pace): Promise<Mime> {
  const found = await takeApart(raw, pace);
  if (!found.ok) return { text: '', html: '', parts: [], problem: found.problem };
  return { text: found.text ?? '', html: found.html ?? '', parts: found.files.map(partOf) };
}

function partOf({ name, type, contentId, bytes }: MimeFile, index: number): MimePart {
  return {
    name: safeFileName(name) || defaultName(type, index),
    type: /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream',
    contentId: contentId.trim().replace(/^<|>$/g, ''),
    bytes,
  };
}

function defaultName(type: string, index: number): string {
  if (type === 'message/rfc822') return `message-${index + 1}.eml`;
  const subtype = /^(?:image|video|audio|text|application)\/(?:x-)?([a-z0-9]{2,5})$/.exec(type)?.[1];
  const extension = subtype === 'plain' ? 'txt' : subtype;
  return extension ? `part-${index + 1}.${extension}` : `part-${index + 1}`;
}
