// Splits plain text into blocks that look different on screen: quoted text, by depth, and the signature. Pure.

export interface TextBlock {
  /** How many `>` the lines began with. */
  readonly depth: number;
  readonly signature: boolean;
  readonly text: string;
}

/** More changes between text and quotes than this cannot be read anyway: the rest becomes one block, unchanged. */
const maxBlocks = 2000;

const quoteMarks = /^(?:> ?)+/;

/** Adjacent lines of the same depth become one block; `-- ` starts the signature. */
export function textBlocks(words: string): TextBlock[] {
  const blocks: { depth: number; signature: boolean; lines: string[] }[] = [];
  let signature = false;
  for (const line of words.replaceAll('\r\n', '\n').trimEnd().split('\n')) {
    const marks = quoteMarks.exec(line)?.[0] ?? '';
    const depth = marks.replaceAll(' ', '').length;
    if (line === '-- ' || line === '--') signature = true;
    const last = blocks.at(-1);
    const joins = last && last.depth === depth && last.signature === signature;
    if (joins) last.lines.push(line.slice(marks.length));
    else if (last && blocks.length === maxBlocks) last.lines.push(line);
    else blocks.push({ depth, signature, lines: [line.slice(marks.length)] });
  }
  return blocks.map(({ lines, ...block }) => ({ ...block, text: lines.join('\n') }));
}
