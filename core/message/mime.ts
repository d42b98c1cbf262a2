// Takes a message's MIME structure apart with postal-mime, within limits of time and memory: the one parser for reading,
// answering, forwarding and drafts. What Waypost relies on inside postal-mime, whose version is fixed, is listed here.
import PostalMime, { type Email, type PostalMimeOptions } from 'postal-mime';
import type { Pace } from '../lib/pace.ts';
import { decodeTransfer } from './transfer.ts';

/** A part that is not text to read. */
export interface MimeFile {
  /** As the message has it: not yet fit for a directory. `''`: it has none. */
  readonly name: string;
  readonly type: string;
  readonly contentId: string;
  readonly bytes: Uint8Array;
}

/** A message taken apart, or why it cannot be. */
export type TakenApart =
  | {
      readonly ok: true;
      /** Undefined: it has no text of that kind. Line ends are LF. */
      readonly text: string | undefined;
      readonly html: string | undefined;
      /** Names in lower case, values unfolded and not decoded, in order. */
      readonly fields: readonly { readonly key: string; readonly value: string }[];
      readonly files: readonly MimeFile[];
    }
  | { readonly ok: false; readonly problem: string };

// Every part costs a kilobyte or two of memory, and takes as little as five bytes in a message.
const maxDelimiterLines = 20_000;
/** Of all parts together. */
const maxHeadersSize = 512 * 1024;
const maxHeaderLines = 20_000;
/** Each line that may be a delimiter is compared with the delimiters of all levels. */
const maxDepth = 40;
const maxBoundaryLength = 250;
/** Text is cut into its lines again and again on its way to the screen: each is an object then. */
const maxTextLines = 450_000;
const maxNameLength = 1000;
/** How much of a body is taken in one go, between two looks at the clock. */
const sliceBytes = 64 * 1024;

/** Never throws. Nested messages are parts like other files: they are not taken apart themselves. */
export async function takeApart(raw: Buffer, pace: Pace): Promise<TakenApart> {
  if (countDelimiterLines(raw) > maxDelimiterLines) return { ok: false, problem: 'it has too many parts' };
  try {
    const parser = new LimitedParser(pace);
    const { text, html, headers, attachments } = await parser.parse(raw);
    const files = attachments.map(file => fileOf(file, parser.encoded.has(file.content)));
    return { ok: true, text: text?.replaceAll('\r\n', '\n'), html, fields: headers, files };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

function countDelimiterLines(raw: Buffer): number {
  let found = 0;
  for (let at = raw.indexOf('\n--'); at >= 0 && found <= maxDelimiterLines; at = raw.indexOf('\n--', at + 1)) found++;
  return found;
}

function fileOf(file: Email['attachments'][number], isEncoded: boolean): MimeFile {
  const bytes = typeof file.content === 'string' ? Buffer.from(file.content) : new Uint8Array(file.content);
  // The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1); postal-mime gives it to the part.
  const extra = !isEncoded && bytes.at(-1) === 0x0a ? 1 : 0;
  return {
    name: file.filename ?? '',
    type: file.mimeType,
    contentId: file.contentId ?? '',
    bytes: bytes.subarray(0, bytes.length - extra),
  };
}

interface Line {
  readonly bytes: Uint8Array;
  readonly done: boolean;
}

/** What a node's body goes into. */
interface BodyDecoder {
  update(lines: Uint8Array): void;
  finalize(): Promise<ArrayBuffer>;
}

interface Structured {
  readonly value: string;
  readonly params: Record<string, string>;
}

interface Node {
  readonly state: 'header' | 'body' | 'finished';
  readonly contentType: { readonly parsed: Structured };
  readonly contentDisposition: { readonly parsed: Structured };
  readonly contentTransferEncoding: { readonly encoding: string };
  contentDescription?: string | undefined;
  readonly headers: Email['headers'];
  contentDecoder: BodyDecoder | null;
  /** Called when the header is there, before the first line of the body. */
  processHeaders(): void;
}

/** The inside of postal-mime that its types leave out. */
interface Inside extends PostalMime {
  /** The message's bytes, and how far they were read. */
  readonly av: Uint8Array<ArrayBuffer>;
  readPos: number;
  readonly root: Node;
  readonly currentNode: Node;
  readonly textContent: { readonly plain?: string; readonly html?: string };
  readonly attachments: Email['attachments'];
  readLine(): Line;
  processLine(line: Uint8Array, isLast: boolean): Promise<void>;
  isInlineTextNode(node: Node): boolean;
  buildMessage(): Email;
}

const Base = PostalMime as unknown as new (options: PostalMimeOptions) => Inside;

/** postal-mime takes a body line by line, and puts it together from as many pieces: here it gets them in slices. */
class LimitedParser extends Base {
  /** The contents of parts in base64: what they hold is theirs up to the last byte. */
  readonly encoded = new Set<unknown>();
  readonly #pace: Pace;
  #prepared: Node | undefined;
  #headerLines = 0;
  #nextDelimiterLine = -1;

  constructor(pace: Pace) {
    super({ forceRfc822Attachments: true, maxRfc822NestingDepth: 0, maxHeadersSize, maxNestingDepth: maxDepth });
    this.#pace = pace;
    this.#prepare(this.root);
  }

  /** In a body: all lines up to one that may be a delimiter, but not too many. */
  override readLine(): Line {
    const from = this.readPos;
    const isDelimiter = this.av[from] === 0x2d && this.av[from + 1] === 0x2d;
    if (this.currentNode.state !== 'body' || isDelimiter) return super.readLine();
    const end = this.#endOfSlice(from);
    this.readPos = Math.min(end + 1, this.av.length);
    return { bytes: this.av.subarray(from, end), done: this.readPos >= this.av.length };
  }

  #endOfSlice(from: number): number {
    const raw = Buffer.from(this.av.buffer, this.av.byteOffset, this.av.length);
    const wholeLines = raw.at(-1) === 0x0a ? raw.length - 1 : raw.length;
    if (this.#nextDelimiterLine < from) {
      const found = raw.indexOf('\n--', from);
      this.#nextDelimiterLine = found < 0 ? wholeLines : found;
    }
    if (this.#nextDelimiterLine <= from + sliceBytes) return this.#nextDelimiterLine;
    const last = raw.lastIndexOf(0x0a, from + sliceBytes);
    if (last >= from) return last;
    const first = raw.indexOf(0x0a, from + sliceBytes);
    return first < 0 ? wholeLines : first;
  }

  override async processLine(line: Uint8Array, isLast: boolean): Promise<void> {
    if (this.currentNode.state === 'header' && ++this.#headerLines > maxHeaderLines) {
      throw new Error('its header has too many lines');
    }
    if (this.#pace.due()) await this.#pace.rest();
    await super.processLine(line, isLast);
    if (this.currentNode !== this.#prepared) this.#prepare(this.currentNode);
  }

  #prepare(node: Node): void {
    this.#prepared = node;
    const processHeaders = node.processHeaders.bind(node);
    node.processHeaders = () => {
      processHeaders();
      this.#limit(node);
    };
  }

  /** What a header says is held within bounds before anything is made of it. */
  #limit(node: Node): void {
    const type = node.contentType.parsed;
    if ((type.params.boundary?.length ?? 0) > maxBoundaryLength)
      throw new Error('the line between its parts is too long');
    for (const params of [type.params, node.contentDisposition.parsed.params]) {
      for (const name of ['name', 'filename']) {
        if (params[name] !== undefined) params[name] = params[name].slice(0, maxNameLength);
      }
    }
    node.contentDescription = undefined;
    const { encoding } = node.contentTransferEncoding;
    const maxLines = this.isInlineTextNode(node) ? maxTextLines : Number.POSITIVE_INFINITY;
    node.contentDecoder = createBodyDecoder(encoding, maxLines, content => {
      if (encoding.includes('base64')) this.encoded.add(content);
    });
  }

  /** Without the addresses and dates that nobody asks for: a header may hold a hundred thousand of them. */
  override buildMessage(): Email {
    const { plain, html } = this.textContent;
    return {
      headers: this.root.headers,
      headerLines: [],
      attachments: this.attachments,
      ...(plain ? { text: plain } : {}),
      ...(html ? { html } : {}),
    };
  }
}

function createBodyDecoder(encoding: string, maxLines: number, done: (content: ArrayBuffer) => void): BodyDecoder {
  const lineEnd = Buffer.of(0x0a);
  const pieces: Uint8Array[] = [];
  return {
    update(lines) {
      pieces.push(lines, lineEnd);
    },
    async finalize() {
      const bytes = decodeTransfer(Buffer.concat(pieces), encoding);
      if (countLines(bytes, maxLines) > maxLines) throw new Error('its text has too many lines');
      const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      done(content);
      return content;
    },
  };
}

function countLines(bytes: Uint8Array, most: number): number {
  if (bytes.length <= most) return 0;
  let found = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && found <= most; at = bytes.indexOf(0x0a, at + 1)) found++;
  return found;
}
