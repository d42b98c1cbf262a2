// Encodes parts of a message as it was planned, while its bytes come by: other bytes stay as they are, but for line ends, which are LF.
import { type ByteSink, createByteSink } from './byte-sink.ts';
import { type ContentEncoder, createContentEncoder, type Encoding } from './encoders.ts';
import { createLineCutter, type LinePiece } from './line-pieces.ts';
import type { PartPlan, Plan } from './plan.ts';
import { createPartWalker, type FieldLines, isPlain, type PartHeader, type PartVisitor } from './walk-parts.ts';

const LF = 0x0a;
const QUESTION = 0x3f;

/** @param source the same bytes as when it was planned @throws Error when they cannot be read */
export async function* reencoded(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  plan: Extract<Plan, { kind: 'possible' }>,
): AsyncGenerator<Buffer> {
  const sink = createByteSink();
  const writer = createWriter(plan, sink);
  const walker = createPartWalker(writer.visitor);
  const cutter = createLineCutter(walker.take);
  for await (const piece of source) {
    cutter.push(piece);
    yield sink.take();
  }
  cutter.end();
  walker.end();
  writer.end();
  yield sink.take();
}

function createWriter({ parts, target }: Extract<Plan, { kind: 'possible' }>, sink: ByteSink) {
  let next = 0;
  let encoder: ContentEncoder | undefined;

  function endContent(before: 'delimiter' | 'nothing'): void {
    encoder?.end(before);
    encoder = undefined;
  }

  function unchanged({ raw, ends }: LinePiece): void {
    sink.putAll(raw);
    if (ends) sink.put(LF);
  }

  const visitor: PartVisitor = {
    header(header) {
      const part = parts[next] ?? nothing;
      const isFirst = next++ === 0;
      const encoding = part.encoding ? nameOf(part.encoding) : target === '7bit' ? relabelled(header) : undefined;
      const fields = encoding === undefined ? header.fields : withEncoding(header, encoding, part, isFirst);
      for (const { lines } of fields) for (const line of lines) writeLine(sink, line);
      if (header.ended) sink.put(LF);
      encoder = part.encoding && createContentEncoder(part.encoding, sink);
    },
    line(piece, where) {
      if (where === 'content' && encoder) encoder.line(piece);
      else if (where === 'around' && target === '7bit') unchanged({ ...piece, raw: asAscii(piece.raw) });
      else unchanged(piece);
    },
    delimiter(line) {
      endContent('delimiter');
      writeLine(sink, line);
    },
  };
  return { visitor, end: () => endContent('nothing') };
}

const nothing: PartPlan = { encoding: undefined, charset: undefined };

function writeLine(sink: ByteSink, line: Uint8Array): void {
  sink.putAll(line);
  sink.put(LF);
}

function nameOf(encoding: Encoding): string {
  return encoding.startsWith('base64') ? 'base64' : 'quoted-printable';
}

/** What is still called 8bit or binary is neither any more. */
function relabelled({ encoding }: PartHeader): string | undefined {
  return isPlain(encoding) && encoding !== '' && encoding !== '7bit' ? '7bit' : undefined;
}

/** The encoding takes the place of the former one; what MIME needs beside it is added. */
function withEncoding(
  { fields }: PartHeader,
  encoding: string,
  { charset }: PartPlan,
  isFirst: boolean,
): readonly FieldLines[] {
  const written = field('Content-Transfer-Encoding', encoding);
  const at = fields.findIndex(({ name }) => name === written.name);
  const others = fields.filter(({ name }) => name !== written.name);
  const lacks = (name: string) => !fields.some(field => field.name === name);
  return [
    ...others.slice(0, at < 0 ? others.length : at),
    ...(isFirst && lacks('mime-version') ? [field('MIME-Version', '1.0')] : []),
    ...(charset && lacks('content-type') ? [field('Content-Type', `text/plain; charset=${charset}`)] : []),
    written,
    ...(at < 0 ? [] : others.slice(at)),
  ];
}

function field(name: string, value: string): FieldLines {
  return { name: name.toLowerCase(), lines: [Buffer.from(`${name}: ${value}`)] };
}

/** Nobody reads what stands between parts and delimiters. */
function asAscii(raw: Buffer): Buffer {
  return raw.some(byte => byte > 0x7f) ? Buffer.from(raw.map(byte => (byte > 0x7f ? QUESTION : byte))) : raw;
}
