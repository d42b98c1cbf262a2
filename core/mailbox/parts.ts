// Takes a message's MIME structure apart with postal-mime, within limits of time and memory.
import PostalMime, { type Email } from 'postal-mime';
import { oneLine } from './header.ts';
import type { Pace } from './pace.ts';

export interface MimePart {
  /** A file name without directories. */
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

// Every part costs a kilobyte or two of memory, and takes as little as five bytes in a message.
const maxDelimiterLines = 20_000;

/** Never throws. Nested messages are parts like other files: they are not taken apart themselves. */
export async function parseMime(raw: Buffer, pace: Pace): Promise<Mime> {
  if (countDelimiterLines(raw) > maxDelimiterLines) return failed('it has too many parts');
  try {
    const email = await parseInSlices(raw, pace);
    return {
      text: (email.text ?? '').replaceAll('\r\n', '\n'),
      html: email.html ?? '',
      parts: email.attachments.map(partOf),
    };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function failed(problem: string): Mime {
  return { text: '', html: '', parts: [], problem };
}

/** The step that postal-mime takes for every line of a message. It is asynchronous, so a rest can be put in. */
interface LineByLine {
  processLine?: (line: Uint8Array, isLast: boolean) => Promise<void>;
}

async function parseInSlices(raw: Buffer, pace: Pace): Promise<Email> {
  const parser = new PostalMime({ forceRfc822Attachments: true, maxRfc822NestingDepth: 0 });
  const stepper = parser as LineByLine;
  const step = stepper.processLine?.bind(parser);
  if (step) {
    let lines = 0;
    stepper.processLine = (line, isLast) => {
      // Reading the time for every line would cost more than the line.
      lines++;
      if (lines % 64 !== 0 || !pace.due()) return step(line, isLast);
      return pace.rest().then(() => step(line, isLast));
    };
  }
  return await parser.parse(raw);
}

function countDelimiterLines(raw: Buffer): number {
  let count = 0;
  for (let at = raw.indexOf('\n--'); at >= 0 && count <= maxDelimiterLines; at = raw.indexOf('\n--', at + 1)) count++;
  return count;
}

function partOf(attachment: Email['attachments'][number], index: number): MimePart {
  return {
    name: fileName(attachment.filename ?? '') || defaultName(attachment.mimeType, index),
    type: /^[\w.+-]+\/[\w.+-]+$/.test(attachment.mimeType) ? attachment.mimeType : 'application/octet-stream',
    contentId: (attachment.contentId ?? '').trim().replace(/^<|>$/g, ''),
    bytes: bytesOf(attachment.content),
  };
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

/** The last part of a path, safe as a name in a directory: not hidden, no characters that systems forbid. */
function fileName(given: string): string {
  const last = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
  return oneLine(last.replace(/[<>:"|?*]/g, '_'))
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '')
    .slice(0, 200);
}

function defaultName(type: string, index: number): string {
  if (type === 'message/rfc822') return `message-${index + 1}.eml`;
  const subtype = /^(?:image|video|audio|text|application)\/(?:x-)?([a-z0-9]{2,5})$/.exec(type)?.[1];
  const extension = subtype === 'plain' ? 'txt' : subtype;
  return extension ? `part-${index + 1}.${extension}` : `part-${index + 1}`;
}
