// The parts of a message for the reader: its texts, and its files with safe names.

import { partFileName } from '../../message/body/file-name.ts';
import { type Invitation, readInvitation } from '../../message/body/invitation.ts';
import { type MimeFile, type TextForms, takeApart } from '../../message/body/mime.ts';
import { decodeBytes } from '../../message/encodings/charset.ts';
import type { Header } from '../../message/header/parse-header.ts';

export interface MimePart {
  /** Safe in a directory of any system. */
  readonly name: string;
  readonly type: string;
  /** Without angle brackets; `''` when there is none. */
  readonly contentId: string;
  readonly attached: boolean;
  readonly bytes: Uint8Array;
}

export interface Mime {
  readonly texts: readonly TextForms[];
  /** The files that can be saved, numbered by their place in this list. */
  readonly parts: readonly MimePart[];
  /** What the first calendar among them says. */
  readonly invitation: Invitation | undefined;
  /** What is wrong with the message, as sentences. */
  readonly faults: readonly string[];
  readonly header: Header;
  /** The message's own; `''`: unknown. */
  readonly charset: string;
  /** Why nothing could be parsed; undefined when it was. */
  readonly problem?: string;
}

/**
 * Never throws. Nested messages are files like others: they are not parsed themselves.
 * @param sizeBytes of the message, of which `raw` may be the beginning only
 */
export function parseMime(raw: Buffer, sizeBytes: number): Mime {
  const found = takeApart(raw, sizeBytes > raw.length);
  const { header, charset } = found;
  const nothing = { texts: [], parts: [], faults: [], invitation: undefined };
  if (!found.ok) return { header, charset, ...nothing, problem: found.problem };
  const { texts, faults, files } = found;
  const calendar = files.find(({ type }) => type === 'text/calendar' || type === 'application/ics');
  const invitation = calendar && readInvitation(decodeBytes(calendar.bytes, calendar.charset), calendar.method);
  return { header, charset, texts, faults, invitation, parts: files.map(partOf) };
}

function partOf({ name, type, contentId, attached, bytes }: MimeFile, index: number): MimePart {
  const safeType = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
  return { name: partFileName(name, type, index), type: safeType, contentId, attached, bytes };
}
