// Header fields for display: found in the bytes (raw UTF-8 or Latin-1), unfolded, their parameters told apart.
import { isUtf8 } from 'node:buffer';

export interface Header {
  /** The value of the first field of that name (lower case), unfolded and not yet decoded; `''` when there is none. */
  first(name: string): string;
  /** The values of all fields of that name. */
  all(name: string): readonly string[];
  /** Where the body begins in the bytes. */
  readonly bodyStart: number;
  /** True when the empty line after the header was in the bytes. */
  readonly complete: boolean;
}

// Longer headers are cut: no field that is shown lies so far down.
const maxHeaderBytes = 256 * 1024;

/** Reads the header at `start`; lines that are no fields (such as an mbox `From ` line) are passed over. Never throws. */
export function parseHeader(raw: Buffer, start = 0): Header {
  const end = findHeaderEnd(raw, start);
  const block = raw.subarray(start, Math.min(end.headerEnd, start + maxHeaderBytes));
  const fields = new Map<string, string[]>();
  let value: string[] | undefined;
  for (const line of decodeBlock(block).split(/\r?\n/)) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (value) value[value.length - 1] += line;
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase();
    value = undefined;
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) continue;
    value = fields.get(name) ?? [];
    value.push(line.slice(colon + 1));
    fields.set(name, value);
  }
  return {
    first: name => fields.get(name)?.[0]?.trim() ?? '',
    all: name => (fields.get(name) ?? []).map(text => text.trim()),
    bodyStart: end.bodyStart,
    complete: end.complete,
  };
}

function findHeaderEnd(raw: Buffer, start: number): { headerEnd: number; bodyStart: number; complete: boolean } {
  if (raw[start] === 0x0a) return { headerEnd: start, bodyStart: start + 1, complete: true };
  if (raw[start] === 0x0d && raw[start + 1] === 0x0a) {
    return { headerEnd: start, bodyStart: start + 2, complete: true };
  }
  for (let at = raw.indexOf(0x0a, start); at >= 0; at = raw.indexOf(0x0a, at + 1)) {
    if (raw[at + 1] === 0x0a) return { headerEnd: at, bodyStart: at + 2, complete: true };
    if (raw[at + 1] === 0x0d && raw[at + 2] === 0x0a) return { headerEnd: at, bodyStart: at + 3, complete: true };
  }
  return { headerEnd: raw.length, bodyStart: raw.length, complete: false };
}

/** UTF-8 where it is UTF-8 (RFC 6532), line by line; other lines are taken for Windows-1252, as old mail is. */
function decodeBlock(block: Buffer): string {
  if (isUtf8(block)) return block.toString('utf8');
  const western = new TextDecoder('windows-1252');
  const lines: string[] = [];
  for (let at = 0; at <= block.length; ) {
    const found = block.indexOf(0x0a, at);
    const end = found < 0 ? block.length : found;
    const line = block.subarray(at, end);
    lines.push(isUtf8(line) ? line.toString('utf8') : western.decode(line));
    at = end + 1;
  }
  return lines.join('\n');
}

export interface Structured {
  /** `text/plain`, `attachment`, …: lower case, without parameters. */
  readonly value: string;
  /** Parameters by lower-case name; RFC 2231 names keep their `*`. */
  readonly parameters: ReadonlyMap<string, string>;
}

const parameter = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/g;

/** Takes a Content-Type or Content-Disposition value apart. */
export function parseStructured(value: string): Structured {
  const short = value.slice(0, 4000);
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, token] of short.matchAll(parameter)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, '$1') ?? token?.trim() ?? '');
  }
  return { value: (short.split(';', 1)[0] ?? '').trim().toLowerCase(), parameters };
}
